"""Sheet 12: how many comments speak of what, each number counted live from the comments themselves."""

from collections.abc import Iterator, Mapping, Sequence

from analysis.report import sheets
from analysis.report.cells import clean
from analysis.report.figures import Figures
from analysis.report.formulas import column, here, literal, ratio
from analysis.report.model import Cell, Column, Formula, Sheet, Table
from analysis.scores.theme_file import Theme
from analysis.scores.themes import Comment, Themes
from survey.questionnaire import say
from survey.words import DASH

COMMENTS_TABLE, THEMES_COLUMN = "RPT_TABLE_COMMENTS", "THM_HEAD_THEMES"
_TABLE, _COUNT = "RPT_TABLE_THEMES", "THM_HEAD_COUNT"
_MOST_UNITS, _LONGEST = 20, 200
"""Columns of units at most, and letters of a name: more would not be read, nor taken by Excel in one formula."""


def theme_codes(comment: Comment) -> str:
    """The themes of one comment as its cell on the sheet of comments has them: `|time|fees|`, `|` if none."""
    return "|" + "".join(f"{theme}|" for theme in comment.themes)


def themes_sheet(figures: Figures, themes: Themes) -> Sheet:
    """A line a theme, the most frequent first, then what has none, then all; a column a unit with enough comments."""
    shown = _with_columns(figures, themes)
    together = tuple(unit for unit in (*themes.units, *themes.small) if unit not in shown)
    made = [_row(figures, themes, theme, shown, together) for theme in (*themes.ranked(), None)]
    rules = themes.rules
    columns = (
        *sheets.columns(figures, ("THM_HEAD_THEME", 34), ("THM_HEAD_CODE", 13), (_COUNT, 9), ("THM_HEAD_PART", 10)),
        *(Column(figures.unit_label(unit), 12) for unit in shown),
        *([Column(_small(figures, themes), 12)] if together else []),
        Column(figures.word("THM_HEAD_WORDS"), 70),
    )
    return Sheet(
        name=figures.word(sheets.THEMES),
        title=figures.word("THM_SHEET_TITLE"),
        lines=sheets.lines(
            150,
            figures.word("THM_LINE_HOW", count=figures.number(len(themes.comments))),
            figures.word("THM_LINE_LEADS", comments=figures.word(sheets.COMMENTS), column=figures.word(THEMES_COLUMN)),
            figures.word("THM_LINE_LEAST", least=themes.least),
            figures.word(
                "THM_LINE_RULES", id=rules.id, version=rules.version, source=say(rules.source, figures.language)
            ),
        ),
        table=Table(
            name=figures.word(_TABLE),
            columns=columns,
            rows=(*made, _all_row(figures, themes, shown, together)),
        ),
    )


def _with_columns(figures: Figures, themes: Themes) -> tuple[str, ...]:
    """The units that get a column: Excel must tell their names apart, from each other and from the other headers."""
    heads = ("THM_HEAD_THEME", "THM_HEAD_CODE", _COUNT, "THM_HEAD_PART", "THM_HEAD_WORDS")
    taken = [_as_excel_compares(text) for text in (*map(figures.word, heads), _small(figures, themes), DASH)]
    taken += [_as_excel_compares(figures.unit_label(unit)) for unit in (*themes.units, *themes.small)]
    clear = [
        unit
        for unit in themes.units
        if len(figures.unit_label(unit)) <= _LONGEST and taken.count(_as_excel_compares(figures.unit_label(unit))) == 1
    ]
    return tuple(clear[:_MOST_UNITS])


def _as_excel_compares(label: str) -> str | float:
    """Without capitals, and as a number where it is one: «05» is «5»."""
    try:
        return float(label)
    except ValueError:
        return label.casefold()


def _small(figures: Figures, themes: Themes) -> str:
    return figures.word("THM_HEAD_SMALL", least=themes.least)


def _row(
    figures: Figures, themes: Themes, theme: Theme | None, shown: Sequence[str], together: Sequence[str]
) -> tuple[Cell, ...]:
    code = theme.id if theme else None
    pattern = f"*|{code}|*" if code else "|"
    label = say(theme.label, figures.language) if theme else figures.word("THM_NONE")
    words = "; ".join((*theme.phrases, *theme.only_marked)) if theme else ""
    return (
        sheets.text(clean(label).text),
        sheets.text(code or ""),
        *_counts(figures, pattern, len(themes.comments), themes.count(code)),
        *_by_unit(figures, pattern, {unit: themes.count(code, (unit,)) for unit in shown}),
        *([_rest(figures, pattern, shown, themes.count(code, together))] if together else []),
        sheets.text(clean(words).text),
    )


def _all_row(figures: Figures, themes: Themes, shown: Sequence[str], together: Sequence[str]) -> tuple[Cell, ...]:
    by_unit = dict.fromkeys((*shown, *together), 0)
    for comment in themes.comments:
        if comment.unit is not None:
            by_unit[comment.unit] += 1
    rest = sum(by_unit[unit] for unit in together)
    return (
        sheets.text(figures.word("THM_ALL")),
        sheets.text(""),
        *_counts(figures, "|*", len(themes.comments), len(themes.comments)),
        *_by_unit(figures, "|*", {unit: by_unit[unit] for unit in shown}),
        *([_rest(figures, "|*", shown, rest)] if together else []),
        sheets.text(""),
    )


def _counts(figures: Figures, pattern: str, of: int, count: int) -> tuple[Cell, ...]:
    """All comments whose themes look like this, and their part of all."""
    own = here(figures.word(_TABLE), figures.word(_COUNT))
    everything = f"ROWS({column(figures.word(COMMENTS_TABLE), figures.word(THEMES_COLUMN))})"
    return (
        Formula(f"COUNTIFS({_matching(figures, pattern)})", count, "count"),
        Formula(ratio(own, everything), count / of, "share"),
    )


def _by_unit(figures: Figures, pattern: str, counts: Mapping[str, int]) -> Iterator[Cell]:
    for unit, count in counts.items():
        label = figures.unit_label(unit)
        yield Formula(f"COUNTIFS({_matching(figures, pattern)},{_of_unit(figures, label)})", count, "count")


def _rest(figures: Figures, pattern: str, shown: Sequence[str], count: int) -> Formula:
    """All less those of no unit and those of the units with a column."""
    table = figures.word(_TABLE)
    nobody = f"COUNTIFS({_matching(figures, pattern)},{_of_unit(figures, DASH)})"
    columns = "".join(f"-{here(table, figures.unit_label(unit))}" for unit in shown)
    return Formula(f"{here(table, figures.word(_COUNT))}-{nobody}{columns}", count, "count")


def _matching(figures: Figures, pattern: str) -> str:
    return f"{column(figures.word(COMMENTS_TABLE), figures.word(THEMES_COLUMN))},{literal(pattern)}"


def _of_unit(figures: Figures, label: str) -> str:
    """COUNTIFS' criterion for a unit's comments; no sign in its name is read as a wildcard or a comparison."""
    for sign in "~*?":
        label = label.replace(sign, f"~{sign}")
    return f"{column(figures.word(COMMENTS_TABLE), figures.word(sheets.UNIT))},{literal(f'={label}')}"
