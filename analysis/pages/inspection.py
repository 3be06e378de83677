"""Page: what did the inspection find, what is overdue, and which points does it touch?"""

from dataclasses import replace
from datetime import date

import streamlit as st

from analysis.pages.exchange import give, take, taken
from analysis.report.points_template import findings_template
from analysis.scores.scorecard.edited import rules_of_round
from analysis.scores.scorecard.inspection import EFFECTS, KIND, NATURES, STATES, Finding, read_findings, to_json
from analysis.scores.scorecard.of_round import findings_of, workings_of
from analysis.scores.scorecard.scheme import Scheme
from survey.clock import now, today
from survey.errors import Refused
from survey.pages import desk
from survey.pages.context import note, person
from survey.pages.language import language, tell
from survey.round import Round
from survey.site import site
from survey.words import DASH, day, number, plain

_SAID = "inspection-said"


def show() -> None:
    """The findings with those overdue on top, the state of one, and the table in Excel."""
    round_ = desk.choose_round(tell("INS_TITLE"))
    if round_ is None:
        return
    if said := st.session_state.pop(_SAID, None):
        st.success(plain(said))
    try:
        paper = site().store.paper(round_.id, KIND)
        findings, scheme = findings_of(site().store, round_.id), _scheme(round_)
    except Refused as refused:
        desk.problems(refused)
        return
    revision = paper.revision if paper else 0
    _listed(findings)
    if findings:
        st.header(tell("INS_STATE_TITLE"), anchor=False)
        _state(round_, findings, revision)
    st.header(tell("INS_TABLE"), anchor=False)
    st.caption(plain(tell("INS_TABLE_HOW")))
    moment, spoken = now().replace(tzinfo=None), language()
    give("INS_GET", lambda: findings_template(findings, spoken, moment), f"{tell('INS_FILE')}-{round_.id}")
    sent = take("INS_PUT", lambda table: read_findings(table, scheme))
    if sent is not None:
        st.markdown(plain(tell("INS_READ", count=len(sent), overdue=sum(each.overdue(today()) for each in sent))))
        if st.button(tell("INS_KEEP"), type="primary", icon=":material/save:"):
            _keep(round_, sent, revision)


def _scheme(round_: Round) -> Scheme | None:
    """The rules whose criteria a finding may name, None where none were chosen yet."""
    workings = workings_of(site().store, round_.id)
    return rules_of_round(site().store, round_.id).get(workings.scheme) if workings else None


def _listed(findings: tuple[Finding, ...]) -> None:
    if not findings:
        st.info(tell("INS_NONE"))
        return
    late = [each for each in findings if each.overdue(today())]
    if late:
        st.warning(plain(tell("INS_OVERDUE", count=len(late))), icon=":material/schedule:")
    ordered = sorted(findings, key=lambda each: (not each.overdue(today()), each.due or date.max, each.number))
    desk.table_of_words([_line(each) for each in ordered], "findings")


def _line(each: Finding) -> dict[str, str]:
    spoken = language()
    due = day(each.due, spoken) if each.due else DASH
    touches = "" if each.effect == "none" else f"{each.criterion}: {tell(EFFECTS[each.effect])}"
    points = "" if each.points is None else f" {number(each.points, 2, spoken)}"
    return {
        tell(f"INS_COL_{name}"): plain(text) or DASH
        for name, text in (
            ("TEXT", f"{each.number}. {each.text} ({tell(NATURES[each.nature])})"),
            ("RECOMMENDATION", each.recommendation),
            ("AGENCY", each.agency),
            ("DUE", f"{due} ({tell('INS_LATE')})" if each.overdue(today()) else due),
            ("STATE", tell(STATES[each.state])),
            ("OWNER", each.owner),
            ("EFFECT", f"{touches}{points}"),
        )
    }


def _state(round_: Round, findings: tuple[Finding, ...], revision: int) -> None:
    """What most often changes: how far one finding has come, who has it, until when."""
    by_number = {each.number: each for each in findings}
    chosen = by_number[
        st.selectbox(tell("INS_ONE"), list(by_number), format_func=lambda name: f"{name} – {by_number[name].agency}")
    ]
    with st.form(f"finding-{round_.id}-{chosen.number}", enter_to_submit=False):
        at = list(STATES).index(chosen.state)
        state = st.selectbox(tell("INS_COL_STATE"), list(STATES), index=at, format_func=lambda each: tell(STATES[each]))
        owner = st.text_input(tell("INS_COL_OWNER"), value=chosen.owner, max_chars=200)
        due = st.date_input(tell("INS_COL_DUE"), value=chosen.due, format="DD/MM/YYYY")
        if st.form_submit_button(tell("INS_KEEP_ONE"), type="primary", icon=":material/save:"):
            by_number[chosen.number] = replace(chosen, state=state, owner=owner.strip(), due=due)  # type: ignore[arg-type]
            _keep(round_, tuple(by_number.values()), revision)


def _keep(round_: Round, findings: tuple[Finding, ...], revision: int) -> None:
    me = person()
    if me is None:
        return
    try:
        site().store.save_paper(round_.id, KIND, to_json(findings), me, today().isoformat(), after=revision)
    except Refused as refused:
        desk.problems(refused)
        return
    note("paper.save", f"{round_.id}: {KIND}")
    taken()
    st.session_state[_SAID] = tell("INS_SAVED")
    st.rerun()
