"""What does the report say of slips that were voided or kept out of the estimates?"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping

from analysis.report.figures import OVERALL, Figures
from analysis.scores.fate import Fates
from analysis.scores.satisfaction import Row
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


def sentences(figures: Figures, fates: Fates | None) -> tuple[str, ...]:
    """The same for the Word annex and for the files of answers, which have no such rows."""
    return tuple(f"{subject}: {text}" for subject, text in method_rows(figures, fates)) if fates else ()


def facts(fates: Fates) -> Mapping[str, object]:
    """The same as data: counts, the hash of the list, and the overall index if no slip were excluded (0-1, or None)."""
    counts = {name: getattr(fates.whole, name) for name in ("received", "voided", "erased", "excluded", "used")}
    both = {
        kind: row.value if row and row.value == row.value else None
        for kind, row in (("unweighted", _before(fates, False)), ("weighted", _before(fates, True)))
    }
    return counts | {"excluded_sha256": _digest(fates), "overall_with_excluded": both if fates.decided else None}


def without_line(figures: Figures, fates: Fates) -> str:
    """The overall index with and without the excluded slips, both kinds."""
    values = {}
    for weighted, kind in ((False, "official"), (True, "ours")):
        for way, row in (("now", figures.row(OVERALL, weighted=weighted)), ("all", _before(fates, weighted))):
            values[f"{kind}_{way}"] = figures.percent(row.value) if row else DASH
    return figures.word("QUA_RPT_WITHOUT", **values)


def _before(fates: Fates, weighted: bool) -> Row | None:
    rows = fates.without.result.rows if fates.without else ()
    return next((row for row in rows if row.id == OVERALL and not row.by and row.weighted == weighted), None)


def trace_rows(figures: Figures, fates: Fates) -> Iterator[tuple[str, str]]:
    """How many slips were excluded, and a hash of their ids, sorted: another list has another hash."""
    yield figures.word("QUA_RPT_TRACE"), f"{figures.number(len(fates.decided))}; {_digest(fates) or DASH}"


def _digest(fates: Fates) -> str | None:
    ids = sorted(each.response_id for each in fates.decided)
    return hashlib.sha256("".join(ids).encode()).hexdigest() if ids else None
