"""How does a round come to be? What the analyst wants, checked as a whole, becomes a `Round`; some can be mended."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from survey.errors import Problem, Refused
from survey.intake import read_margins
from survey.questionnaire import Questionnaire
from survey.rating import rating_problems
from survey.response import clean_text
from survey.round import NOTICE, Desk, Margin, Place, Rated, Round
from survey.round_files import read_desks, read_invited, read_places, read_rated
from survey.sheet import Table, read_table

KEEP_YEARS = range(1, 31)
"""How many years answers may be kept after a round closes."""

LONGEST = 300
"""Characters that a round's name and its contact may have."""

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")

File = tuple[str, bytes]
"""An uploaded file: its name and content."""

Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was typed and chosen for a new round. Texts may be empty, files missing."""

    id: str
    name: str
    questionnaire: Questionnaire | None
    opens: date
    closes: date | None
    languages: tuple[str, ...]
    contact: str
    places: File | None = None
    margins: File | None = None
    desks: File | None = None
    rated: File | None = None
    invitation_only: bool = False
    keep_years: int = 5


def make_round(wanted: Wanted, taken: Iterable[str]) -> Round:
    """The round. `taken`: the ids that are in use. Raises Refused with everything that is wrong, files included."""
    faults = list(_faults(wanted, frozenset(taken)))
    asked = wanted.questionnaire
    places: tuple[Place, ...] = _read(wanted.places, read_places, faults) or ()
    invited = (_read(wanted.places, read_invited, faults) if places else None) or {}
    margins: tuple[Margin, ...] = ()
    if asked is not None:
        margins = _read(wanted.margins, lambda table: read_margins(table, asked), faults) or ()
    desks: tuple[Desk, ...] = ()
    if places or not wanted.places:  # of places that could not be read, no desk can be said to be missing
        desks = _read(wanted.desks, lambda table: read_desks(table, places), faults) or ()
    rated: tuple[Rated, ...] = _read(wanted.rated, read_rated, faults) or ()
    if asked is not None and (rated or not wanted.rated):
        file = wanted.rated[0] if wanted.rated else None
        faults += (replace(problem, file=file) for problem in rating_problems(asked, rated))
    if faults or asked is None:
        raise Refused(faults)
    weighted = bool(margins) or any(place.weight != 1 for place in places)
    return Round(
        id=wanted.id,
        name=clean_text(wanted.name),
        questionnaire=asked.content_hash(),
        study=asked.study,
        opens=wanted.opens,
        closes=wanted.closes,
        languages=wanted.languages,
        consent=NOTICE,
        contact={"vi": clean_text(wanted.contact)},
        places=places,
        margins=margins,
        feeds="weighted" if weighted else "unweighted",
        invited=invited,
        desks=desks,
        rated=rated,
        invitation_only=wanted.invitation_only,
        keep_years=wanted.keep_years,
    )


def mended(round_: Round, *, name: str, contact: str) -> Round:
    """The round under another name, or with another contact; whatever slips refer to stays.

    A contact in other languages stays only where the Vietnamese one does. Raises Refused if one is empty.
    """
    name, contact = clean_text(name), clean_text(contact)
    faults = [Problem(code=code) for code, text in (("RND_NO_NAME", name), ("RND_NO_CONTACT", contact)) if not text]
    faults += _too_long(name, contact)
    if faults:
        raise Refused(faults)
    same = contact == round_.contact.get("vi")
    return replace(round_, name=name, contact=round_.contact if same else {"vi": contact})


def _too_long(*texts: str) -> Iterator[Problem]:
    got = max(map(len, texts))
    if got > LONGEST:
        yield Problem(code="RND_LONG", values={"got": got, "most": LONGEST})


def _read(file: File | None, read: Callable[[Table], Kept], faults: list[Problem]) -> Kept | None:
    """What a file holds; None without a file, and when it has faults, which then name it."""
    if file is None:
        return None
    name, data = file
    try:
        return read(read_table(data, name=name))
    except Refused as refused:
        faults += (replace(problem, file=name) for problem in refused.problems)
        return None


def _faults(wanted: Wanted, taken: frozenset[str]) -> Iterator[Problem]:
    if not wanted.id:
        yield Problem(code="RND_NO_ID")
    elif not _ID.fullmatch(wanted.id):
        yield Problem(code="RND_BAD_ID", values={"got": wanted.id[:60]})
    elif wanted.id in taken:
        yield Problem(code="RND_TAKEN", values={"got": wanted.id})
    if not clean_text(wanted.name):
        yield Problem(code="RND_NO_NAME")
    if wanted.questionnaire is None:
        yield Problem(code="RND_NO_INSTRUMENT")
    if wanted.closes is not None and wanted.closes < wanted.opens:
        yield Problem(code="RND_DAYS", values={"opens": wanted.opens, "closes": wanted.closes})
    if not wanted.languages:
        yield Problem(code="RND_NO_LANGUAGE")
    if not clean_text(wanted.contact):
        yield Problem(code="RND_NO_CONTACT")
    yield from _too_long(clean_text(wanted.name), clean_text(wanted.contact))
    if wanted.keep_years not in KEEP_YEARS:
        values = {"got": wanted.keep_years, "least": KEEP_YEARS[0], "most": KEEP_YEARS[-1]}
        yield Problem(code="RND_KEEP_YEARS", values=values)
