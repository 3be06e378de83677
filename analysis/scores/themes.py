"""What do people write about? Themes of comments by counting words that an analyst can look up in a list.

A theme is a list of words and phrases (`rules/themes_vi.toml`, or the round's own); a comment has it when one of them
stands in it as whole words. Nothing is guessed: every count leads to its comments, and what has no theme is told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from analysis.estimation.columns import level_name
from analysis.scores.caveats import PRIVATE
from analysis.scores.evaluate import Evaluation
from analysis.scores.theme_file import Theme, ThemeRules, load_themes
from analysis.scores.vietnamese_words import Wanted, sought, syllables
from survey.masking import mask
from survey.questionnaire import Questionnaire


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """One answer in words: the 0-based row of the data, the question, the unit if it is about one, the masked text, and
    the ids of its themes in the list's order."""

    row: int
    question: str
    unit: str | None
    text: str
    themes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Themes:
    """Every comment with its themes. `units`: those with at least `least` comments, by number; `small`: the others."""

    rules: ThemeRules
    comments: tuple[Comment, ...]
    units: tuple[str, ...]
    small: tuple[str, ...]
    least: int

    def about(self, theme: str | None) -> tuple[Comment, ...]:
        """The comments with a theme; None: with no theme at all."""
        return tuple(
            comment
            for comment in self.comments
            if (theme in comment.themes if theme is not None else not comment.themes)
        )

    def count(self, theme: str | None, units: Sequence[str | None] | None = None) -> int:
        """How many comments have it (None: none at all), of some units or of everybody."""
        by_unit = self._counts.get(theme, {})
        return sum(by_unit.values() if units is None else (by_unit.get(unit, 0) for unit in units))

    def ranked(self) -> tuple[Theme, ...]:
        """The themes that occur, the most frequent first."""
        found = [theme for theme in self.rules.themes if theme.id in self._counts]
        return tuple(sorted(found, key=lambda theme: -self.count(theme.id)))

    @cached_property
    def _counts(self) -> Mapping[str | None, Mapping[str | None, int]]:
        """Theme → unit → comments."""
        found: dict[str | None, dict[str | None, int]] = {}
        for comment in self.comments:
            for theme in comment.themes or (None,):
                by_unit = found.setdefault(theme, {})
                by_unit[comment.unit] = by_unit.get(comment.unit, 0) + 1
        return found


def find_themes(evaluation: Evaluation, rules: ThemeRules | None = None, *, least: int = PRIVATE) -> Themes | None:
    """The themes of a round's comments; None if nobody wrote anything.

    `least`: comments that a unit needs for counts of its own, for a person could be known from fewer; units below it
    are counted together, and never fewer than `least` comments of them.
    """
    rules = rules or load_themes()
    wanted = [(theme.id, sought(theme.phrases, theme.only_marked)) for theme in rules.themes]
    frame, asked = evaluation.sample.frame, evaluation.questionnaire
    column = evaluation.plan.by[0] if len(evaluation.plan.by) == 1 else "unit"
    given = frame[column] if column in frame else [None] * len(frame)
    offices = [None if value is None or value != value else level_name(value) for value in given]
    known: dict[str, tuple[str, ...]] = {}
    comments = []
    for name, of_unit in _questions(asked):
        for row, written in enumerate(frame[name]):
            if not isinstance(written, str) or not written.strip():
                continue
            if written not in known:
                known[written] = _themes_of(written, wanted)
            unit = offices[row] if of_unit else None
            comments.append(Comment(row=row, question=name, unit=unit, text=mask(written)[0], themes=known[written]))
    if not comments:
        return None
    units, small = _told_apart(comments, least)
    return Themes(rules=rules, comments=tuple(comments), units=units, small=small, least=least)


def _questions(asked: Questionnaire) -> list[tuple[str, bool]]:
    """The comment questions, and whether a comment is about the unit of its row.

    Where offices are rated by name, only what is asked about each is: a closing comment belongs to no one office.
    """
    rating = any(section.repeat_over is not None for section in asked.sections)
    return [
        (question.name, not rating or section.repeat_over is not None)
        for section in asked.sections
        for question in section.questions
        if question.role == "comment" and question.kind == "text"
    ]


def _themes_of(text: str, wanted: Sequence[tuple[str, Wanted]]) -> tuple[str, ...]:
    said = syllables(text)
    return tuple(theme for theme, words in wanted if words.stands_in(said))


def _told_apart(comments: Sequence[Comment], least: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Units that are counted each, the most comments first, and those counted together, these at least `least`."""
    counts: dict[str, int] = {}
    for comment in comments:
        if comment.unit is not None:
            counts[comment.unit] = counts.get(comment.unit, 0) + 1
    order = sorted(counts, key=lambda unit: (-counts[unit], unit))
    apart = [unit for unit in order if counts[unit] >= least]
    small = [unit for unit in order if counts[unit] < least]
    while apart and small and sum(counts[unit] for unit in small) < least:
        small.insert(0, apart.pop())  # else what is left of the total would tell the few
    return tuple(apart), tuple(small)
