"""How are targets and published figures shown? What was aimed at, what was reached, and what is known of its error."""

from collections.abc import Mapping, Sequence

import streamlit as st

from analysis.scores.change_words import (
    actual_words,
    aim_words,
    gap_words,
    moved_words,
    notes_words,
    series_words,
)
from analysis.scores.comparison import Comparison
from analysis.scores.published import Figure, FigureChange
from analysis.scores.targets import Target, TargetCheck
from survey.errors import Problem
from survey.pages.language import language, tell
from survey.words import DASH, percent, plain


def show_targets(made: Comparison) -> None:
    """Each target with the figure it is held against; nothing where there is none."""
    if made.targets:
        st.header(tell("CMP_TITLE_TARGETS"), anchor=False)
        st.table([_target(made, each) for each in made.targets], hide_index=True)
        _notes({f"{_named(made, each.target)}, {aim_words(each, language())}": each.notes for each in made.targets})
        st.caption(plain(tell("CMP_LINE_TARGETS")))


def show_published(made: Comparison) -> None:
    """Published figures year on year; nothing where none was chosen."""
    if made.figures:
        st.header(tell("CMP_TITLE_PUBLISHED"), anchor=False)
        st.table([_change(made, each) for each in made.figures], hide_index=True)
        _notes({f"{_named(made, each.now)}, {_years(each)}": each.notes for each in made.figures})
        settings = f"{made.published.id} {made.published.version}"
        st.caption(plain(tell("CMP_LINE_PUBLISHED", settings=settings)))


def _named(made: Comparison, what: Target | Figure) -> str:
    name = series_words(made.published, what.series, language())
    return f"{name}, {what.unit}" if what.unit else name


def _notes(notes: Mapping[str, Sequence[Problem]]) -> None:
    """What is to be noted of each row, below the table, where it can be read."""
    said = [f"- **{plain(name)}**: {plain(notes_words(each, language()))}" for name, each in notes.items() if each]
    if said:
        st.markdown("\n".join(said))


def _target(made: Comparison, check: TargetCheck) -> dict[str, str]:
    spoken, target = language(), check.target
    year = f" ({target.year})" if target.year else ""
    return {
        tell("CMP_HEAD_SERIES"): plain(series_words(made.published, target.series, spoken)),
        tell("CMP_HEAD_TARGET_VERDICT"): tell(f"CMP_TARGET_{check.verdict.upper()}"),
        tell("RES_UNIT"): plain(target.unit or DASH),
        tell("CMP_AIM"): f"{aim_words(check, spoken)}{year}",
        tell("CMP_HEAD_ACTUAL"): actual_words(check, spoken),
        tell("CMP_GAP"): gap_words(check, spoken),
    }


def _change(made: Comparison, change: FigureChange) -> dict[str, str]:
    spoken = language()
    return {
        tell("CMP_HEAD_SERIES"): plain(series_words(made.published, change.now.series, spoken)),
        tell("CMP_MOVED"): moved_words(change, spoken),
        tell("RES_UNIT"): plain(change.now.unit or DASH),
        tell("CMP_HEAD_YEAR"): _years(change),
        tell("CMP_HEAD_BEFORE"): _shown(change.before),
        tell("CMP_HEAD_NOW"): _shown(change.now),
    }


def _years(change: FigureChange) -> str:
    return f"{change.before.year} → {change.now.year}"


def _shown(figure: Figure) -> str:
    parts = [] if figure.value is None else [percent(figure.value, 2, language())]
    parts += [] if figure.rank is None else [f"{figure.rank}/{figure.of or '?'}"]
    return " · ".join(parts) or DASH
