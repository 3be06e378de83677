"""What people write about, counted by a list of words: for the page of priorities."""

import streamlit as st

from analysis.scores.evaluate import Evaluation
from analysis.scores.theme_file import PAPER, ThemeRules, from_json, read_themes, shipped_text, themes_of_round, to_json
from analysis.scores.themes import Comment, Themes, find_themes
from survey.clock import today
from survey.errors import Refused
from survey.pages import desk
from survey.pages.context import note, person, reads_only
from survey.pages.language import language, tell
from survey.questionnaire import say
from survey.round import Round
from survey.site import site
from survey.words import number, percent, plain

_MOST = 100
_SAID = "themes-said"


def show_themes(round_: Round, evaluation: Evaluation) -> None:
    """How many comments have each theme, the comments behind a number, and the list of words."""
    try:
        rules = themes_of_round(site().store, round_.id)
    except Refused as refused:
        desk.problems(refused)
        _list(round_)
        return
    found = find_themes(evaluation, rules)
    if found is None:
        st.info(tell("THM_NOBODY"))
        return
    spoken, of = language(), len(found.comments)
    names: dict[str | None, str] = {theme.id: say(theme.label, spoken) for theme in found.ranked()}
    names[None] = tell("THM_NONE")
    st.table([_line(found, theme, name) for theme, name in names.items()], hide_index=True)
    st.caption(plain(tell("THM_LINE_HOW", count=number(of, 0, spoken))))
    chosen = st.selectbox(tell("THM_CHOOSE"), list(names), format_func=names.__getitem__)
    _comments(found.about(chosen), of)
    st.caption(plain(_whose(rules)))
    _list(round_)


def _line(found: Themes, theme: str | None, name: str) -> dict[str, str]:
    spoken, count = language(), found.count(theme)
    line = {
        tell("THM_HEAD_THEME"): plain(name),
        tell("THM_HEAD_COUNT"): number(count, 0, spoken),
        tell("THM_HEAD_PART"): percent(count / len(found.comments), 2, spoken),
    }
    line |= {plain(unit): number(found.count(theme, (unit,)), 0, spoken) for unit in found.units}
    if found.small:
        small = tell("THM_HEAD_SMALL", least=found.least)
        line[small] = number(found.count(theme, found.small), 0, spoken)
    return line


def _comments(comments: tuple[Comment, ...], of: int) -> None:
    """The comments themselves, once somebody asks for them."""
    spoken = language()
    counted = {"count": number(len(comments), 0, spoken), "of": number(of, 0, spoken)}
    if not st.toggle(tell("THM_FOUND", **counted), disabled=not comments):
        return
    st.caption(plain(tell("THM_CARE")))
    for comment in comments[:_MOST]:
        with st.container(border=True):
            st.text(comment.text)
    if len(comments) > _MOST:
        st.caption(plain(tell("THM_MORE", number=number(len(comments) - _MOST, 0, spoken))))


def _whose(rules: ThemeRules) -> str:
    return tell("THM_LINE_RULES", id=rules.id, version=rules.version, source=say(rules.source, language()))


def _list(round_: Round) -> None:
    """The list as a file, and a box for another."""
    store, me = site().store, person()
    with st.expander(tell("THM_LIST"), icon=":material/list_alt:"):
        if said := st.session_state.pop(_SAID, None):
            st.success(plain(said))
        st.markdown(plain(tell("THM_LIST_WHAT")))
        paper = store.paper(round_.id, PAPER)
        try:
            text = from_json(paper.content) if paper else shipped_text()
        except Refused:  # said above: the tool's own list is there to begin again with
            text = shipped_text()
        name = f"{PAPER}.toml"
        st.download_button(tell("THM_LIST_DOWNLOAD"), data=text, file_name=name, on_click="ignore")
        if reads_only():
            return
        upload = st.file_uploader(tell("THM_LIST_UPLOAD"), type=["toml", "txt"], max_upload_size=1)
        if upload is None or me is None:
            return
        try:
            sent = upload.getvalue().decode("utf-8-sig", errors="replace")
            rules = read_themes(sent, upload.name)
        except Refused as refused:
            desk.problems(refused)
            return
        if st.button(tell("THM_LIST_KEEP"), type="primary", icon=":material/save:"):
            store.save_paper(round_.id, PAPER, to_json(sent), me, today().isoformat())
            note("paper.save", f"{round_.id}: {PAPER}")
            st.session_state[_SAID] = tell("THM_LIST_KEPT", id=rules.id, version=rules.version)
            st.rerun()
