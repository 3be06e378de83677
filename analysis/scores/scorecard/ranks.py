"""Where does an index stand among others, and how many points are missing to the next place?

Ranks on unrounded numbers, ties share a place (1, 2, 2, 4). Others' indices are as published, without intervals; what a
difference of two units may honestly be called is the room of ranking.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.scores.scorecard.points import Peer
from analysis.scores.scorecard.scheme import NOISE


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The place `rank` among `of`, oneself counted. `above`: the nearest one ahead, None at the top; `gap` (0-1) how
    far its index is; `tied`: who shares the place.
    """

    rank: int
    of: int
    above: Peer | None
    gap: float
    tied: tuple[Peer, ...]


def standing(index: float, peers: Sequence[Peer], own: str = "") -> Standing:
    """The place of an index (0-1) among the peers, of whom the one called `own` is oneself."""
    others = [peer for peer in peers if not own or peer.name.casefold() != own.casefold()]
    ahead = [peer for peer in others if peer.index > index + NOISE]
    above = min(ahead, key=lambda peer: peer.index, default=None)
    return Standing(
        rank=1 + len(ahead),
        of=1 + len(others),
        above=above,
        gap=above.index - index if above else 0.0,
        tied=tuple(peer for peer in others if abs(peer.index - index) <= NOISE),
    )


def index_for(rank: int, peers: Sequence[Peer], own: str = "") -> float | None:
    """The least index (0-1) that is worth this place at least, None where everybody has it."""
    others = sorted((p.index for p in peers if not own or p.name.casefold() != own.casefold()), reverse=True)
    return others[rank - 1] if 1 <= rank <= len(others) else None
