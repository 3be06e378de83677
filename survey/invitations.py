"""Who may answer where only the invited may? One-time codes, shown once, kept as hashes, never joined to an answer.

Of a code the store keeps its keyed hash, its round and the place it was issued for, and whether it was used: no time,
no name, no link to a slip. The slip says no more than that it came by an invitation.
"""

import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from survey.errors import Problem, Refused
from survey.round import Round
from survey.symbols import ALPHABET, check_symbol, grouped, symbols, typed

_LENGTH = 12
"""11 symbols carry 55 random bits: with 100,000 codes issued, one guess in 3·10^11 hits. The last one checks."""

_GROUP = 4
_RANDOM_BYTES = 7  # 56 bits, of which 55 are used


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """One row of the sheet that is handed out: the code (12 symbols, ungrouped), the place it is for, None for any."""

    code: str
    place: str | None


def new_codes(counts: Mapping[str | None, int], random: Callable[[int], bytes]) -> tuple[Issued, ...]:
    """Fresh codes, so many for each place (None: for any), all different, in the order of the places.

    They exist in this value only: whoever loses the sheet issues new ones. `random` gives bytes as secrets does.
    """
    seen: set[str] = set()
    issued: list[Issued] = []
    for place, number in counts.items():
        for _ in range(number):
            while (code := _fresh(random)) in seen:
                pass
            seen.add(code)
            issued.append(Issued(code=code, place=place))
    return tuple(issued)


def planned_codes(round_: Round) -> dict[str, int]:
    """How many codes the plan asks for at each place: its answers, and as many more as its unit hands slips out for.

    Empty for a round without a plan.
    """
    wanted: dict[str, int] = {}
    for place in round_.places:
        wanted[place.unit] = wanted.get(place.unit, 0) + place.wanted
    return {
        place.code: -(-place.wanted * max(round_.invited.get(place.unit, 0), wanted[place.unit]) // wanted[place.unit])
        for place in round_.places
        if place.wanted
    }


def hashed(secret: bytes, issued: Iterable[Issued]) -> dict[str, str | None]:
    """What `Store.add_invitations` keeps of them: hash to place code."""
    return {code_hash(secret, each.code): each.place for each in issued}


def code_hash(secret: bytes, code: str) -> str:
    """What is stored of a code (hex): an HMAC, for 55 bits under a plain hash could be tried out by who has the store.

    The round is not in it: the address /m/CODE must find its round. The store's row says which round it is for.
    """
    return hmac.digest(secret, b"hailong invitation 1\x00" + code.encode("ascii"), "sha256").hex()


def shown(code: str) -> str:
    """The code as people see it: XXXX-XXXX-XXXX."""
    return grouped(code, _GROUP)


def read_code(text: str) -> str:
    """The code a person typed: small letters, spaces, dashes, O for 0, I or L for 1 are understood.

    Raises Refused if it is not 12 symbols, has a letter that no code has, or its check symbol does not fit.
    """
    code = typed(text)
    strange = sorted({letter for letter in code if letter not in ALPHABET})
    if strange:
        raise Refused([Problem(code="INV_LETTER", values={"got": " ".join(strange[:5])})])
    if len(code) != _LENGTH:
        raise Refused([Problem(code="INV_LENGTH", values={"got": len(code), "length": _LENGTH})])
    if check_symbol(code[:-1]) != code[-1]:
        raise Refused([Problem(code="INV_CHECK")])
    return code


def _fresh(random: Callable[[int], bytes]) -> str:
    code = symbols(int.from_bytes(random(_RANDOM_BYTES), "big"), _LENGTH - 1)
    return code + check_symbol(code)
