"""How many answers are needed, and how many in each stratum? Two published formulas beside what they really give."""

from dataclasses import replace

import streamlit as st

from analysis.estimation.errors import EstimationError
from analysis.pages.exchange import give
from analysis.pages.setup_aim import choose_aim
from analysis.pages.setup_sharing import share
from analysis.report.frame_template import frame_template
from analysis.scores.responses import refusal
from analysis.setup import frame as frames
from analysis.setup.aim import Size, sizes
from analysis.setup.frame import Frame, read_frame
from analysis.setup.plan import Plan
from survey.clock import today
from survey.errors import Refused
from survey.pages.context import person
from survey.pages.desk import problems, table_of_words
from survey.pages.language import language, tell
from survey.round import Round
from survey.sheet import read_table
from survey.site import site
from survey.words import percent, plain, whole

_TURN = "setup-frame-turn"


def step(round_: Round, plan: Plan) -> tuple[Round, Plan]:
    """The frame, the aim, the sizes, and the size that is decided on."""
    if plan.source != "frame":
        st.info(plain(tell("SET_NOT_DRAWN", page=tell("SET_STEP_PLACES"))))
        return round_, plan
    give("SET_TEMPLATE", lambda: frame_template(language()), tell("SET_TEMPLATE_FILE"))
    frame = _frame(round_)
    if frame is None:
        st.info(plain(tell("SET_NO_FRAME")))
        return round_, plan
    aim = choose_aim(round_, plan.aim)
    plan = replace(plan, aim=aim)
    try:
        found = sizes(aim, frame.people)
        _table(found)
        _few(found, aim.per_psu, len(frame.psus))
        plan = replace(plan, answers=_answers(round_, plan.answers, found, frame.people))
        return round_, share(round_, plan, frame)
    except EstimationError as error:
        raise refusal(error) from error


def _frame(round_: Round) -> Frame | None:
    """The frame that is kept; another one takes its place when its file is uploaded."""
    store, me, turn = site().store, person(), st.session_state.get(_TURN, 0)
    upload = st.file_uploader(tell("SET_FRAME"), type=["xlsx", "csv"], max_upload_size=20, key=f"setup-frame-{turn}")
    if upload is not None and me is not None:
        try:
            fresh = read_frame(read_table(upload.getvalue(), name=upload.name), upload.name)
        except Refused as refused:
            problems(refused)
            return None
        store.save_paper(round_.id, frames.PAPER, frames.to_json(fresh), me, today().isoformat())
        st.session_state[_TURN] = turn + 1  # what was kept leaves its box
        st.rerun()
    paper = store.paper(round_.id, frames.PAPER)
    if paper is None:
        return None
    frame = frames.from_json(paper.content)
    spoken = language()
    counts = {
        "strata": whole(len(frame.strata), spoken),
        "psus": whole(len(frame.psus), spoken),
        "villages": whole(len(frame.rows) if frame.villages else 0, spoken),
        "people": whole(frame.people, spoken),
    }
    st.markdown(plain(tell("SET_FRAME_KEPT", revision=paper.revision, **counts)))
    return frame


def _few(found: tuple[Size, ...], people: int, psus: int) -> None:
    """Where a size needs more answers of a commune than it was worked out with."""
    if any(size.need > people * psus for size in found):
        said = {"psus": psus, "people": people, "most": people * psus}
        st.caption(plain(tell("SET_SIZE_FEW", **{name: whole(count, language()) for name, count in said.items()})))


def _answers(round_: Round, kept: int, found: tuple[Size, ...], people: int) -> int:
    """The size that is decided on; the largest is proposed."""
    spoken = language()
    answers = st.number_input(
        tell("SET_ANSWERS"),
        1,
        people,
        value=min(kept or found[-1].need, people),
        help=tell("SET_ANSWERS_MEAN", most=whole(people, spoken)),
        key=f"setup-{round_.id}-answers",
    )
    least = min(size.need for size in found)
    if answers < least:
        st.warning(plain(tell("SET_ANSWERS_FEW", answers=whole(answers, spoken), need=whole(least, spoken))))
    return int(answers)


def _table(found: tuple[Size, ...]) -> None:
    spoken = language()
    rows = [
        {
            tell("SET_SIZE_FORMULA"): plain(tell(f"SET_SIZE_{size.formula.upper()}")),
            tell("SET_SIZE_NEED"): f"{whole(size.need, spoken)} ({whole(size.ask, spoken)})",
            tell("SET_SIZE_SIMPLE"): f"± {percent(size.simple, 2, spoken)}",
            tell("SET_SIZE_REAL"): f"± {percent(size.real, 2, spoken)}",
        }
        for size in found
    ]
    table_of_words(rows, "sizes")
    st.caption(plain(tell("SET_SIZE_OURS")))
