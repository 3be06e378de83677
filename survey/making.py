"""How does a round come to be? What the analyst types and uploads becomes a `Round`; some of it can be mended."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from survey.errors import Problem, Refused
from survey.forms.accept import CHANNELS
from survey.intake import read_margins
from survey.questionnaire import Questionnaire
from survey.rating import rating_problems
from survey.response import clean_text
from survey.round import NOTICE, Place, Round
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
class Files:
    """The tables of a round, as they were uploaded; None: not given."""

    places: File | None = None
    desks: File | None = None
    rated: File | None = None
    margins: File | None = None


def blank_round(id_: str, name: str, asked: Questionnaire, opens: date) -> Round:
    """A round that knows only what is asked. Raises Refused for an id or name that cannot be."""
    faults = []
    if not id_:
        faults.append(Problem(code="RND_NO_ID"))
    elif not _ID.fullmatch(id_):
        faults.append(Problem(code="RND_BAD_ID", values={"got": id_[:60]}))
    name = clean_text(name)
    if not name:
        faults.append(Problem(code="RND_NO_NAME"))
    faults += _too_long(name)
    if faults:
        raise Refused(faults)
    return Round(
        id=id_,
        name=name,
        questionnaire=asked.content_hash(),
        study=asked.study,
        opens=opens,
        closes=None,
        languages=asked.languages,
        consent=NOTICE,
        contact={"vi": ""},
        state="draft",
    )


def furnished(round_: Round, asked: Questionnaire, files: Files) -> Round:
    """The round with what the files say; what no file is given for stays. Raises Refused with every file's faults.

    A file of places takes the desks of the earlier places away.
    """
    faults: list[Problem] = []
    changes: dict[str, object] = {}
    places: tuple[Place, ...] | None = round_.places
    if files.places:
        places = _read(files.places, read_places, faults)
        invited = None if places is None else _read(files.places, read_invited, faults)
        changes |= {"places": places, "invited": invited, "desks": ()}
    if files.desks and places is not None:  # of places that could not be read, no desk can be said to be missing
        stand = places
        changes["desks"] = _read(files.desks, lambda table: read_desks(table, stand), faults)
    if files.margins:
        changes["margins"] = _read(files.margins, lambda table: read_margins(table, asked), faults)
    if files.rated:
        rated = _read(files.rated, read_rated, faults)
        changes["rated"] = rated
        faults += (replace(each, file=files.rated[0]) for each in (rating_problems(asked, rated) if rated else ()))
    if faults:
        raise Refused(faults)
    return weighed(replace(round_, **changes))  # type: ignore[arg-type]


def weighed(round_: Round) -> Round:
    """The round, saying which number feeds points and ranks: the weighted where it has margins or base weights."""
    weights = bool(round_.margins) or any(place.weight != 1 for place in round_.places)
    return replace(round_, feeds="weighted" if weights else "unweighted")


def mended(round_: Round, *, name: str, contact: str, channels: Collection[str]) -> Round:
    """The round under another name, with another contact (see `with_contact`) or other ways of answering; whatever
    slips refer to stays.

    Raises Refused if one is empty or too long.
    """
    name, contact = clean_text(name), clean_text(contact)
    faults = [Problem(code=code) for code, text in (("RND_NO_NAME", name), ("RND_NO_CONTACT", contact)) if not text]
    faults += _too_long(name, contact)
    faults += [] if channels else [Problem(code="SET_NO_CHANNEL")]
    if faults:
        raise Refused(faults)
    return with_contact(replace(round_, name=name, channels=ways(channels)), contact)


def ways(channels: Collection[str]) -> tuple[str, ...]:
    """The channels as a round keeps them: in one order, and none at all for all of them."""
    return () if set(channels) >= set(CHANNELS) else tuple(each for each in CHANNELS if each in channels)


def with_contact(round_: Round, contact: str) -> Round:
    """The round with another contact; a contact in other languages stays only where the Vietnamese one does."""
    contact = clean_text(contact)
    return round_ if contact == round_.contact.get("vi") else replace(round_, contact={"vi": contact})


def lacking(round_: Round, asked: Questionnaire) -> Iterator[Problem]:
    """What a round lacks before it can take slips."""
    name, contact = round_.name, round_.contact.get("vi", "")
    yield from (Problem(code=code) for code, text in (("RND_NO_NAME", name), ("RND_NO_CONTACT", contact)) if not text)
    if round_.closes is not None and round_.closes < round_.opens:
        yield Problem(code="RND_DAYS", values={"opens": round_.opens, "closes": round_.closes})
    if not round_.languages:
        yield Problem(code="RND_NO_LANGUAGE")
    yield from _too_long(name, contact)
    if round_.keep_years not in KEEP_YEARS:
        values = {"got": round_.keep_years, "least": KEEP_YEARS[0], "most": KEEP_YEARS[-1]}
        yield Problem(code="RND_KEEP_YEARS", values=values)
    yield from rating_problems(asked, round_.rated)


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
