"""How is a table about dossiers shown on a screen? What does not add up first, then by unit, by period, the reasons."""

from collections.abc import Mapping

import streamlit as st

from analysis.scores.dossier_sums import differences, kind_words
from analysis.scores.dossiers import SHARES, Cases, DossierTable, share
from analysis.scores.dossiers_766 import INDICES, Settings766, load_766, rates_766
from survey.pages.language import language, tell
from survey.words import DASH, percent, plain, whole


def show_table(table: DossierTable) -> None:
    """What does not add up, then the figures by unit, by period, the reasons, and the indices."""
    st.caption(plain(kind_words(table, language())))
    found = differences(table)
    if found:
        told = "\n".join(f"- {plain(each.say(language()))}" for each in found)
        st.warning(f"{plain(tell('DOS_DIFFERS', count=len(found)))}\n\n{told}", icon=":material/difference:")
    else:
        st.success(tell("DOS_AGREES"))
    if table.unread:
        st.info(plain(tell("DOS_UNREAD", columns=", ".join(table.unread))))
    every = (tell("DOS_ALL_UNITS"), table.pooled())
    units = [(row.unit, row) for row in table.by_unit()]
    st.header(tell("DOS_BY_UNIT"), anchor=False)
    st.table([_figures(tell("DOS_HEAD_UNIT"), *row, table) for row in (every, *units)], hide_index=True)
    if len(table.periods) > 1:
        st.header(tell("DOS_BY_PERIOD"), anchor=False)
        periods = [(period or tell("DOS_ALL_PERIODS"), table.pooled(period=period)) for period in table.periods]
        st.table([_figures(tell("DOS_HEAD_PERIOD"), *row, table) for row in periods], hide_index=True)
    if reasons := every[1].reasons:
        st.header(tell("DOS_REASONS"), anchor=False)
        st.table(_reasons(reasons), hide_index=True)
    _rates([every, *units], load_766())
    st.caption(plain(tell("DOS_LINE_SHARES")))


def _rates(rows: list[tuple[str, Cases]], settings: Settings766) -> None:
    """The indices of QĐ 766 by unit, where there is one."""
    rated = [(name, rates_766(cases, settings)) for name, cases in rows]
    if all(rate is None for _, rates in rated for rate in rates.values()):
        return
    st.header(tell("DOS_INDICES"), anchor=False)
    lines = [
        {tell("DOS_HEAD_UNIT"): plain(name)}
        | {tell(f"DOS_INDEX_{i.replace('.', '_')}"): _percent(rates[i], settings.decimals) for i in INDICES}
        for name, rates in rated
    ]
    st.table(lines, hide_index=True)
    marks = settings.marks
    gaps = {"pending": marks["pending"], "supplements": marks["supplements_allowed"]}
    st.caption(plain(tell("DOS_LINE_766", rules=settings.name, zero=marks["zero_denominator"], **gaps)))


def _figures(head: str, name: str, cases: Cases, table: DossierTable) -> dict[str, str]:
    """One line: counts and, beside them, the shares that the table has numbers for."""
    line = {head: plain(name)}
    for count in table.stated():
        if count not in ("feedback", "feedback_on_time", "feedback_bad", "complained"):
            number = cases.counts.get(count)
            line[tell(f"DOS_HEAD_{count.upper()}")] = DASH if number is None else whole(number, language())
            if count in SHARES:
                line[tell(f"DOS_SHARE_{count.upper()}")] = _percent(share(cases, count))
    return line


def _reasons(reasons: Mapping[str, int]) -> list[dict[str, str]]:
    every = sum(reasons.values())
    return [
        {
            tell("DOS_HEAD_REASON"): plain(reason) or tell("DOS_REASON_NONE"),
            tell("DOS_NUMBER"): whole(number, language()),
            tell("DOS_SHARE_OF_LATE"): _percent(number / every if every else None),
        }
        for reason, number in sorted(reasons.items(), key=lambda each: -each[1])
    ]


def _percent(value: float | None, decimals: int = 2) -> str:
    return DASH if value is None else percent(value, decimals, language())
