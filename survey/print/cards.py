"""What is cut up and handed out? Sheets of cards for each unit, with one-time codes or with the way to a place."""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from survey.errors import word
from survey.invitations import Issued, shown
from survey.round import Round
from survey.words import day

Kind = Literal["pdf", "docx"]

PER_PAGE = 10
"""Cards on a page: five rows of two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """`address` is drawn as a QR code; `typed` is what to type where it cannot be scanned; `code` may be empty."""

    place: str
    address: str
    typed: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The cards of one unit; they begin on a page of their own."""

    unit: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """All sheets of a round. `how`, `note`: what stands above and below a card's code."""

    title: str
    how: str
    note: str
    language: str
    sheets: tuple[Sheet, ...]


def code_cards(round_: Round, issued: Iterable[Issued], public: str, typed: str, language: str) -> Cards:
    """Sheets of one-time codes. `public`: what stands before /m/CODE; `typed`: where a code is typed in."""
    cards = [(each.place, Card(place="", address=f"{public}/m/{each.code}", typed=typed, code=shown(each.code)))
             for each in issued]  # fmt: skip
    note = word("PRN_CARD_ONCE", language)
    return Cards(
        title=round_.name,
        how=word("PRN_CARD", language),
        note=f"{note} {_until(round_, language)}".strip(),
        language=language,
        sheets=_by_unit(round_, cards),
    )


def way_cards(round_: Round, ways: Iterable[tuple[str, str, str]], typed: Mapping[str, str], language: str) -> Cards:
    """Sheets with the way to each place and counter: (place's code, name, address). `typed`: by address."""
    cards = [(code, Card(place=name, address=address, typed=typed[address])) for code, name, address in ways]
    return Cards(
        title=round_.name,
        how=word("PRN_SCAN", language),
        note=_until(round_, language),
        language=language,
        sheets=_by_unit(round_, cards),
    )


def head(cards: Cards, sheet: Sheet) -> str:
    """What stands above a unit's cards: the unit first, so that a round's long name takes nothing from it."""
    return cards.title if sheet.unit == cards.title else f"{sheet.unit} · {cards.title}"


def cards_file(cards: Cards, kind: Kind) -> bytes:
    """One file with all units, each from a new page on."""
    # Either writer is heavy, and a process that prints nothing should load neither.
    if kind == "pdf":
        from survey.print.cards_pdf import pdf_file  # noqa: PLC0415

        return pdf_file(cards)
    from survey.print.cards_word import word_file  # noqa: PLC0415

    return word_file(cards)


def files_by_unit(cards: Cards, kind: Kind) -> bytes:
    """A zip with one file a unit, to be sent to each. Same cards, same names."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as folder:
        for number, sheet in enumerate(cards.sheets, start=1):
            one = replace(cards, sheets=(sheet,))
            name = re.sub(r"[^\w-]+", "-", sheet.unit).strip("-")[:60]
            entry = zipfile.ZipInfo(f"{number:03d}-{name}.{kind}", datetime(2026, 1, 1).timetuple()[:6])  # noqa: DTZ001
            folder.writestr(entry, cards_file(one, kind))
    return target.getvalue()


def _by_unit(round_: Round, cards: Sequence[tuple[str | None, Card]]) -> tuple[Sheet, ...]:
    """The cards of each unit, in the order in which the units come; a card for any place stands under the round."""
    places = {place.code: place for place in round_.places}
    found: dict[str, list[Card]] = {}
    for code, card in cards:
        place = places.get(code or "")
        named = card if card.place or place is None else replace(card, place=place.name)
        found.setdefault(place.unit if place else round_.name, []).append(named)
    return tuple(Sheet(unit=unit, cards=tuple(mine)) for unit, mine in found.items())


def _until(round_: Round, language: str) -> str:
    return word("PRN_CARD_UNTIL", language, closes=day(round_.closes, language)) if round_.closes else ""
