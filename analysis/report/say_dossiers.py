"""What may be said of dossiers in sentences? Counts as the offices gave them, and where they do not add up."""

from collections.abc import Iterator

from analysis.report.cells import clean
from analysis.report.figures import Figures
from analysis.scores.dossier_sums import differences
from analysis.scores.dossiers import Cases, DossierTable, Share, share

_SHARES: tuple[Share, ...] = ("online", "on_time", "late", "overdue", "digitised")
_MOST = 3


def dossier_sentences(figures: Figures, table: DossierTable) -> Iterator[str]:
    """How many were received and which shares are known, the commonest reasons for being late, what does not add up."""
    every, word = table.pooled(), figures.word
    received = every.counts.get("received")
    if received is not None:
        yield word("DOS_SAY_RECEIVED", count=figures.number(received), file=clean(table.file).text)
    shares = "; ".join(_share(figures, every, name) for name in _SHARES if share(every, name) is not None)
    if shares:
        yield word("DOS_SAY_SHARES", shares=shares)
    late = sum(every.reasons.values())
    if late:
        most = sorted(every.reasons.items(), key=lambda each: (-each[1], each[0]))[:_MOST]
        told = "; ".join(
            f"{clean(reason).text or word('DOS_REASON_NONE')} ({figures.percent(number / late)})"
            for reason, number in most
        )
        yield word("DOS_SAY_REASONS", count=figures.number(late), reasons=told)
    found = differences(table)
    for each in found[:_MOST]:
        yield word("DOS_SAY_DIFFERS", what=clean(each.say(figures.language)).text)
    if found[_MOST:]:
        yield word("DOS_SAY_MORE", count=figures.number(len(found) - _MOST))


def _share(figures: Figures, every: Cases, name: Share) -> str:
    """«Tỷ lệ đúng hạn 99,77 %»."""
    return f"{figures.word(f'DOS_SHARE_{name.upper()}')} {figures.percent(share(every, name) or 0.0)}"
