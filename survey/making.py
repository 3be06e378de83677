"""How does a round come to be? What the analyst wants, checked as a whole, becomes a `Round`."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from survey.errors import Problem, Refused
from survey.intake import read_margins
from survey.questionnaire import Questionnaire
from survey.round import Margin, Place, Round
from survey.round_files import read_places
from survey.sheet import Table, read_table

NOTICE = "2026-11"
"""Version of the privacy notice in messages/en/form.po; a slip names the version its respondent read."""

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")

File = tuple[str, bytes]
"""An uploaded file: its name and content."""


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


def make_round(wanted: Wanted, taken: Iterable[str]) -> Round:
    """The round. `taken`: the ids that are in use. Raises Refused with everything that is wrong, files included."""
    faults = list(_faults(wanted, frozenset(taken)))
    places: tuple[Place, ...] = ()
    margins: tuple[Margin, ...] = ()
    try:
        places = read_places(_table(wanted.places)) if wanted.places else ()
    except Refused as refused:
        faults.extend(refused.problems)
    try:
        if wanted.margins and wanted.questionnaire:
            margins = read_margins(_table(wanted.margins), wanted.questionnaire)
    except Refused as refused:
        faults.extend(refused.problems)
    if faults or wanted.questionnaire is None:
        raise Refused(faults)
    weighted = bool(margins) or any(place.weight != 1 for place in places)
    return Round(
        id=wanted.id,
        name=wanted.name.strip(),
        questionnaire=wanted.questionnaire.content_hash(),
        study=wanted.questionnaire.study,
        opens=wanted.opens,
        closes=wanted.closes,
        languages=wanted.languages,
        consent=NOTICE,
        contact={"vi": wanted.contact.strip()},
        places=places,
        margins=margins,
        feeds="weighted" if weighted else "unweighted",
    )


def _table(file: File) -> Table:
    name, data = file
    return read_table(data, name=name)


def _faults(wanted: Wanted, taken: frozenset[str]) -> Iterator[Problem]:
    if not wanted.id:
        yield Problem(code="RND_NO_ID")
    elif not _ID.fullmatch(wanted.id):
        yield Problem(code="RND_BAD_ID", values={"got": wanted.id[:60]})
    elif wanted.id in taken:
        yield Problem(code="RND_TAKEN", values={"got": wanted.id})
    if not wanted.name.strip():
        yield Problem(code="RND_NO_NAME")
    if wanted.questionnaire is None:
        yield Problem(code="RND_NO_INSTRUMENT")
    if wanted.closes is not None and wanted.closes < wanted.opens:
        days = {"opens": f"{wanted.opens:%d/%m/%Y}", "closes": f"{wanted.closes:%d/%m/%Y}"}
        yield Problem(code="RND_DAYS", values=days)
    if not wanted.languages:
        yield Problem(code="RND_NO_LANGUAGE")
    if not wanted.contact.strip():
        yield Problem(code="RND_NO_CONTACT")
