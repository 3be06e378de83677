"""What does the report say of slips that were voided or kept out of the estimates?"""

import hashlib
from collections import Counter
from collections.abc import Iterator

from analysis.report.figures import OVERALL, Figures
from analysis.scores.fate import Fates
from survey.collation import person_sort_key
from survey.words import DASH


def fate_line(figures: Figures, fates: Fates) -> str:
    """Received, voided, erased, excluded, used: in one sentence."""
    whole = fates.whole
    names = ("received", "voided", "erased", "excluded", "used")
    return figures.word("QUA_RPT_FATE", **{name: figures.number(getattr(whole, name)) for name in names})


def method_rows(figures: Figures, fates: Fates) -> Iterator[tuple[str, str]]:
    """Subject and text: the fates, why slips were excluded and by whom, and the index without that."""
    word = figures.word
    yield word("QUA_RPT_FATE_ABOUT"), fate_line(figures, fates)
    if not fates.decided:
        return
    reasons = Counter(word(f"QUA_REASON_{each.reason.upper()}") for each in fates.decided)
    told = "; ".join(f"{reason}: {figures.number(count)}" for reason, count in reasons.most_common())
    who = ", ".join(sorted({each.actor for each in fates.decided}, key=person_sort_key))
    yield word("QUA_RPT_WHY_ABOUT"), word("QUA_RPT_WHY", reasons=told, who=who)
    yield word("QUA_RPT_WITHOUT_ABOUT"), without_line(figures, fates)


def without_line(figures: Figures, fates: Fates) -> str:
    """The overall index with and without the excluded slips, both kinds."""
    values = {}
    for weighted, kind in ((False, "official"), (True, "ours")):
        row = figures.row(OVERALL, weighted=weighted)
        values[f"{kind}_now"] = figures.percent(row.value) if row else DASH
        before = fates.without.result.rows if fates.without else ()
        other = next((r for r in before if r.id == OVERALL and not r.by and r.weighted == weighted), None)
        values[f"{kind}_all"] = figures.percent(other.value) if other else DASH
    return figures.word("QUA_RPT_WITHOUT", **values)


def trace_rows(figures: Figures, fates: Fates) -> Iterator[tuple[str, str]]:
    """How many slips were excluded, and a hash of their ids, sorted: another list has another hash."""
    ids = sorted(each.response_id for each in fates.decided)
    digest = hashlib.sha256("".join(ids).encode()).hexdigest() if ids else DASH
    yield figures.word("QUA_RPT_TRACE"), f"{figures.number(len(ids))}; {digest}"
