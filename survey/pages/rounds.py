"""Page: which rounds are there, where are their forms, and how is a new one made?"""

import streamlit as st

from survey.clock import today
from survey.errors import Refused
from survey.instruments import load, shipped, workbook_bytes
from survey.making import KEEP_YEARS, File, Wanted, make_round
from survey.pages.desk import STUDIES, problems
from survey.pages.language import language, tell
from survey.pages.round_card import assessment_button, card
from survey.questionnaire import Questionnaire, say
from survey.rating import rates_units
from survey.round_files import DESK_COLUMNS, PLACE_COLUMNS, RATED_COLUMNS
from survey.site import site
from survey.words import LANGUAGES, plain
from survey.xlsform import read_workbook

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show() -> None:
    """All rounds with their links, then the form for a new one."""
    st.title(tell("ROUNDS_TITLE"), anchor=False)
    if made := st.session_state.pop("round-made", None):
        st.success(plain(tell("ROUNDS_MADE", name=made)))
    if broken := site().store.unreadable_rounds():
        st.error(plain(tell("STO_ROUND_UNREADABLE", got=", ".join(broken))), icon=":material/error:")
    for round_ in reversed(site().store.rounds()):
        card(round_)
    st.header(tell("ROUNDS_NEW"), anchor=False)
    questionnaire, content = _chosen()
    if questionnaire is not None:
        items, all_ = len(questionnaire.items()), [each for each in questionnaire.questions() if each.kind != "note"]
        title = say(questionnaire.title, language())
        st.caption(plain(tell("ROUNDS_QUESTIONS", title=title, count=len(all_), items=items)))
        assessment_button(questionnaire, None, f"{questionnaire.id}-danh-gia-tac-dong.docx", key="dpia-new")
    _new(questionnaire, content)


def _chosen() -> tuple[Questionnaire | None, File | None]:
    """The questionnaire for a new round with its workbook: a shipped one, to be taken away too, or one's own."""
    titles = {name: say(load(name).title, language()) for name in shipped()}
    source = st.radio(
        tell("ROUNDS_QUESTIONNAIRE"),
        [*sorted(titles, key=lambda name: (STUDIES.index(load(name).study), name)), ""],
        format_func=lambda name: f"{plain(titles[name])} ({plain(name)})" if name else tell("ROUNDS_MY_WORKBOOK"),
        key="rounds-questionnaire",
    )
    if source:
        name, content = f"{source}.xlsx", workbook_bytes(source)
        st.download_button(
            tell("ROUNDS_WORKBOOK"),
            data=content,
            file_name=name,
            mime=_XLSX,
            on_click="ignore",
            icon=":material/download:",
        )
        return load(source), (name, content)
    upload = st.file_uploader(tell("ROUNDS_UPLOAD"), type="xlsx", max_upload_size=5)
    if upload is None:
        return None, None
    mine = (upload.name, upload.getvalue())
    try:
        return read_workbook(mine[1], name=mine[0]), mine
    except Refused as refused:
        problems(refused)
        return None, mine


def _new(questionnaire: Questionnaire | None, content: File | None) -> None:
    with st.form("new-round", enter_to_submit=False):
        name = st.text_input(tell("ROUNDS_NAME"), placeholder=tell("ROUNDS_NAME_LIKE"))
        identifier = st.text_input(tell("ROUNDS_ID"), placeholder="lang-son-2026")
        opens = st.date_input(tell("ROUNDS_OPENS"), value=today(), format="DD/MM/YYYY")
        closes = st.date_input(tell("ROUNDS_CLOSES"), value=None, format="DD/MM/YYYY")
        asked_in = questionnaire.languages if questionnaire else ("vi",)
        languages = st.multiselect(
            tell("ROUNDS_LANGUAGES"), asked_in, default=asked_in, format_func=lambda code: LANGUAGES.get(code, code)
        )
        contact = st.text_input(tell("ROUNDS_CONTACT"), placeholder=tell("ROUNDS_CONTACT_LIKE"))
        places = st.file_uploader(plain(tell("ROUNDS_PLACES", columns=", ".join(PLACE_COLUMNS))), type=["xlsx", "csv"])
        desks = st.file_uploader(plain(tell("RND_DESKS", columns=", ".join(DESK_COLUMNS))), type=["xlsx", "csv"])
        rated = None
        if questionnaire is not None and rates_units(questionnaire):
            rated = st.file_uploader(plain(tell("RND_RATED", columns=", ".join(RATED_COLUMNS))), type=["xlsx", "csv"])
        margins = st.file_uploader(tell("ROUNDS_MARGINS"), type=["xlsx", "csv"])
        invitation_only = st.checkbox(tell("RND_INVITATION_ONLY"))
        keep_years = st.number_input(tell("RND_KEEP"), KEEP_YEARS[0], KEEP_YEARS[-1], value=5)
        if not st.form_submit_button(tell("ROUNDS_MAKE"), type="primary"):
            return
    wanted = Wanted(
        id=identifier.strip(),
        name=name,
        questionnaire=questionnaire,
        opens=opens,
        closes=closes,
        languages=tuple(languages),
        contact=contact,
        places=(places.name, places.getvalue()) if places else None,
        margins=(margins.name, margins.getvalue()) if margins else None,
        desks=(desks.name, desks.getvalue()) if desks else None,
        rated=(rated.name, rated.getvalue()) if rated else None,
        invitation_only=invitation_only,
        keep_years=keep_years,
    )
    store = site().store
    try:
        round_ = make_round(wanted, [each.id for each in store.rounds()])
        if questionnaire is not None and content is not None:
            store.add_questionnaire(questionnaire, content[1])
        store.save_round(round_)
    except Refused as refused:
        problems(refused)
        return
    st.session_state["round-made"] = round_.name
    st.rerun()
