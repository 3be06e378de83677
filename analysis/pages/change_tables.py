"""How are the changes since the last round shown? One level at a time: a picture, a table, and what was left out."""

from collections.abc import Iterable, Mapping, Sequence

import streamlit as st

from analysis.pages.change_picture import changes
from analysis.pages.proof import kinds
from analysis.scores.change import Change, RoundChanges
from analysis.scores.change_words import name_of, notes_words, places, reach, signed, verdict_words
from analysis.scores.comparison import Comparison
from analysis.scores.evaluate import Evaluation
from survey.pages.language import language, tell
from survey.words import DASH, number, percent, plain

_LEVELS = ("overall", "aspect", "factor", "item", "unit")


def show_changes(made: Comparison, rounds: RoundChanges, evaluation: Evaluation, *, weighted: bool) -> None:
    """The changes of the level that the reader chooses, in the number that feeds points, the other beside it."""
    st.header(plain(tell("CMP_AGAINST", before=rounds.before.name)), anchor=False)
    found = {level: _of(rounds, level, weighted) for level in _LEVELS}
    levels = [level for level in _LEVELS if found[level]]
    if levels:
        level = st.segmented_control(
            tell("RES_VIEW"),
            levels,
            default="factor" if "factor" in levels else levels[0],
            format_func=_level,
            required=True,
            key="comparison-level",
        )
        named = [(_name(rounds, each), each) for each in found[str(level)]]
        told = tell("CMP_CHART_ALT", count=len(named), sure=_sure(named))
        st.altair_chart(changes(named, language()), alt=told)
        st.caption(plain(tell("CMP_KEY", level=percent(rounds.level, 0, language()))))
        names = kinds(evaluation, language())
        _table([_line(made, rounds, name, each, names) for name, each in named])
    st.caption(plain(tell("CMP_LINE_SHARED" if rounds.shared else "CMP_LINE_APART", count=rounds.shared)))
    if rounds.left_out:
        with st.expander(tell("CMP_LEFT_OUT", count=len(rounds.left_out)), icon=":material/rule:"):
            st.table(_left_out(rounds), hide_index=True)


def _table(lines: Sequence[dict[str, str]]) -> None:
    """The lines; a note that all of them have is said once, below."""
    note = tell("CMP_HEAD_NOTE")
    said, *others = {line[note] for line in lines}
    if not others:
        lines = [{head: cell for head, cell in line.items() if head != note} for line in lines]
    st.table(lines, hide_index=True)
    if not others and said != DASH:
        st.caption(f"{note}: {said}")


def _of(rounds: RoundChanges, level: str, weighted: bool) -> list[Change]:
    found = rounds.of(weighted=weighted, units=level == "unit")
    if level == "unit":
        return sorted((each for each in found if each.id == "overall"), key=lambda each: -each.value)
    return [each for each in found if each.level == level]


def _level(level: str) -> str:
    return tell("RES_UNIT" if level == "unit" else f"RES_LEVEL_{level.upper()}")


def _name(rounds: RoundChanges, change: Change) -> str:
    if not change.unit:
        return name_of(rounds, change.id, language(), change.basis)
    return change.unit if change.basis == "all" else tell("CMP_COMMON_OF", name=change.unit)


def _sure(named: Iterable[tuple[str, Change]]) -> int:
    return sum(each.verdict in ("up", "down") for _, each in named)


def _line(
    made: Comparison, rounds: RoundChanges, name: str, change: Change, names: Mapping[bool, str]
) -> dict[str, str]:
    spoken = language()
    other = rounds.change(change.id, weighted=not change.weighted, unit=change.unit, basis=change.basis)
    rank = made.rank(change.unit) if change.unit and change.basis == "all" else None
    both = f"{percent(change.before, 2, spoken)} → {percent(change.now, 2, spoken)}"
    own, against = (names[kind].partition(" (")[0] for kind in (change.weighted, not change.weighted))
    notes = notes_words((*change.notes, *(rank.notes if rank else ())), spoken)
    line = {
        tell("CMP_WHAT"): plain(name),
        tell("CMP_HEAD_NOTE"): plain(notes) or DASH,  # second, since only the first two columns wrap their words
        tell("CMP_HEAD_VERDICT"): verdict_words(change, spoken),
        own: both,
        tell("CMP_HEAD_CHANGE"): signed(100 * change.value, 2, spoken),
        tell("RES_INTERVAL"): reach(change, spoken),
        tell("CMP_OTHER_KIND", kind=against): signed(100 * other.value, 2, spoken) if other else DASH,
    }
    if change.unit:
        line[tell("CMP_RANKS")] = (
            f"{rank.before.rank}/{rank.before.of} → {rank.now.rank}/{rank.now.of}" if rank else DASH
        )
        line[tell("CMP_HEAD_PLACES")] = places(rank.places, spoken) if rank else DASH
    return line | {tell("CMP_N"): f"{number(change.n_before, 0, spoken)} → {number(change.n_now, 0, spoken)}"}


def _left_out(rounds: RoundChanges) -> list[dict[str, str]]:
    spoken = language()
    return [
        {
            tell("CMP_WHAT"): plain(each.unit or name_of(rounds, each.id, spoken)),
            tell("CMP_WHY"): plain(each.why.say(spoken)),
        }
        for each in rounds.left_out
    ]
