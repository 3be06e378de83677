"""The last look before a round opens: everything that was set, what is still missing, and the button."""

import streamlit as st

from analysis.scores.responses import level_words
from analysis.setup import drawing
from analysis.setup import frame as frames
from analysis.setup.plan import Plan, drawn_as_planned
from survey.clock import today
from survey.errors import Problem, Refused
from survey.life import advance
from survey.making import lacking
from survey.pages import desk
from survey.pages.context import may, note, person
from survey.pages.desk import channel_words
from survey.pages.language import language, spoken, tell
from survey.pages.round_card import assessment_button
from survey.questionnaire import Questionnaire, say
from survey.round import Margin, Round, State
from survey.site import site
from survey.words import LANGUAGES, number, plain, whole

_OPENED, _NOT = "setup-opened", "setup-not"


def step(round_: Round, plan: Plan) -> tuple[Round, Plan]:
    """All settings as one list, then opening."""
    asked = site().store.questionnaire(round_.questionnaire)
    said = {
        "ROUNDS_NAME": f"{round_.name} ({round_.id})",
        "ROUNDS_QUESTIONNAIRE": f"{say(asked.title, language())} {asked.version}",
        "SET_KIND": desk.study_words(round_.study),
        "SET_PERIOD": desk.period(round_),
        "ROUNDS_LANGUAGES": ", ".join(LANGUAGES.get(each, each) for each in round_.languages),
        "SET_CHANNELS": ", ".join(map(channel_words, round_.channels)) or tell("SET_ALL_CHANNELS"),
        "ROUNDS_CONTACT": round_.contact.get("vi", ""),
        "SET_LEAST": whole(round_.least, language()) if round_.least else tell("SET_LEAST_RULES"),
        "SET_SOURCE": tell(f"SET_SOURCE_{plan.source.upper()}"),
        "SET_PLACES_COUNT": whole(len(round_.places), language()),
        "SET_DESKS_COUNT": whole(len(round_.desks), language()),
        "SET_RATED_LIST": ", ".join(each.name for each in round_.rated),
        "SET_MARGINS_LIST": "; ".join(_margin(asked, each) for each in round_.margins),
        "SET_WANTED_COUNT": whole(sum(place.wanted for place in round_.places), language()),
        "RND_KEEP": whole(round_.keep_years, language()),
    }
    rows = [
        {tell("SET_WHAT_SET"): plain(tell(code)), tell("SET_IS"): plain(text)} for code, text in said.items() if text
    ]
    desk.table_of_words(rows, "settings")
    assessment_button(asked, round_, f"{round_.id}-danh-gia-tac-dong.docx", key=f"dpia-{round_.id}")
    faults = [*lacking(round_, asked), *_not_drawn(round_, plan)]
    if faults:
        desk.problems(Refused(faults))
        return round_, plan
    st.warning(plain(tell("SET_OPEN_MEANS")), icon=":material/lock:")
    st.button(tell("SET_OPEN_DO"), type="primary", on_click=_take, args=(round_, "open"), icon=":material/lock_open:")
    return round_, plan


def _margin(asked: Questionnaire, margin: Margin) -> str:
    spoken_in = language()
    return f"{level_words(asked, margin.variable, margin.level, spoken_in)}: {number(margin.total, 0, spoken_in)}"


def opened() -> None:
    """What to do next, once, after a round was opened here; or why the last step could not be taken."""
    if refused := st.session_state.pop(_NOT, None):
        desk.problems(refused)
    name = st.session_state.pop(_OPENED, None)
    if name is not None:
        st.success(plain(tell("SET_OPENED", name=name)), icon=":material/check_circle:")
        st.markdown(f"[{plain(tell('SET_TO_CODES', page=tell('CHN_TITLE')))}]({spoken('/cach-tra-loi', language())})")


def _not_drawn(round_: Round, plan: Plan) -> list[Problem]:
    """A round whose places should have come from somewhere and did not; a plan that was changed after the draw."""
    if plan.source == "none" or round_.rated:
        return []
    if not round_.places:
        return [Problem(code="SET_NO_PLACES", values={"source": tell(f"SET_SOURCE_{plan.source.upper()}")})]
    draw, frame = (site().store.paper(round_.id, kind) for kind in (drawing.PAPER, frames.PAPER))
    stale = plan.source == "frame" and not drawn_as_planned(plan, draw, frame)
    return [Problem(code="SET_DRAW_STALE")] if stale else []


def give_up(round_: Round) -> None:
    """The way out of a draft that will not be opened."""
    with st.expander(tell("SET_GIVE_UP")):
        st.caption(plain(tell("SET_GIVE_UP_MEANS")))
        st.button(tell("SET_GIVE_UP_DO"), on_click=_take, args=(round_, "archived"))


def _take(round_: Round, to: State) -> None:
    me = person()  # a callback runs before the page asks who is there
    if me is None or not may("lap-dot"):
        return
    try:
        advance(site().store, round_, to, me, today())
    except Refused as refused:
        st.session_state[_NOT] = refused
        return
    note(f"round.{to}", round_.id)
    if to == "open":
        st.session_state[_OPENED] = round_.name
