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
    far its index is.
    """

    rank: int
    of: int
    above: Peer | None
    gap: float


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
    )
