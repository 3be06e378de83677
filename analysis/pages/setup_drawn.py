"""What was drawn? The sample as it is kept, worked out anew from its recipe, and its audit workbook."""

from datetime import date

import streamlit as st

from analysis.pages.exchange import give
from analysis.report.draw_sheet import DrawnBy, draw_sheet
from analysis.setup import drawing
from analysis.setup.drawing import Drawn, drawn
from analysis.setup.frame import Frame
from survey.pages.desk import table_of_words
from survey.pages.language import language, tell
from survey.round import Round
from survey.site import site
from survey.store import WorkingPaper
from survey.words import day, number, plain, whole


def show_drawn(round_: Round, frame: Frame, revision: int) -> None:
    """The draw as it is kept, worked out anew from its recipe."""
    paper = site().store.paper(round_.id, drawing.PAPER)
    if paper is None:
        st.info(plain(tell("SET_NOT_YET_DRAWN")))
        return
    recipe, drawn_from = drawing.read_recipe(paper.content)
    if drawn_from != revision:
        st.warning(plain(tell("SET_FRAME_NEWER")))
        return
    made = drawn(frame, recipe)
    on = date.fromisoformat(paper.day)
    said = {"who": paper.actor, "day": day(on, language()), "seed": recipe.seed, "times": paper.revision}
    st.markdown(plain(tell("SET_DRAWN", **said)))
    _table(made)
    give("SET_AUDIT", lambda: _audit(round_, frame, made, paper), f"{round_.id}-rut-mau")
    st.caption(plain(tell("SET_AUDIT_MEANS")))


def _audit(round_: Round, frame: Frame, made: Drawn, paper: WorkingPaper) -> bytes:
    by = DrawnBy(round_name=round_.name, actor=paper.actor, day=date.fromisoformat(paper.day), times=paper.revision)
    return draw_sheet(frame, made, by, language())


def _table(made: Drawn) -> None:
    spoken = language()
    rows = []
    for place in made.places:
        villages = ", ".join(each.name for each in place.villages if each.name)
        named = f"{place.code} · {place.stratum} – {place.psu}"
        rows.append(
            {
                tell("SET_PLACE"): plain(f"{named} ({villages})" if villages else named),
                tell("SET_SIZE_NEED"): f"{whole(place.wanted, spoken)} ({whole(place.ask, spoken)})",
                tell("SET_DRAW_WEIGHT"): number(place.weight, 2, spoken),
            }
        )
    table_of_words(rows, "drawn")
