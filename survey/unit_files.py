"""Which units does a table name, and what would it change? Rows become versions of units, with every fault at once.

A table adds and mends, it never takes away: units that it does not name stay as they are.
"""

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from survey.collation import spelling
from survey.errors import SOURCE, Problem, Refused, word
from survey.response import clean_text
from survey.sheet import Line, Table
from survey.successor_files import read_day
from survey.unit_checks import check
from survey.units import BLOCKS, Block, Registry, Unit

FIELDS: Final = ("code", "name", "block", "parent", "valid_from", "valid_to", "predecessors", "basis")
"""What a table may say of a unit, in the order of its columns; the first three must be there."""

_NEEDED: Final = FIELDS[:3]
_DIGITS: Final[Mapping[str, int]] = {"province": 2, "district": 3, "commune": 5}
"""An official code's digits: a spreadsheet that takes it for a number drops the zeros in front."""

_CODES: Final = re.compile(r"[A-Z0-9._-]+(?:[,\s]+[A-Z0-9._-]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a table would do: versions that it adds, mends (before, after) and ends, and the registry that comes of it.

    A version that ends because the table has a later one of its code is among `ended` too.
    """

    registry: Registry
    added: tuple[Unit, ...]
    changed: tuple[tuple[Unit, Unit], ...]
    ended: tuple[tuple[Unit, Unit], ...]
    same: int


def heading(field: str, language: str) -> str:
    """How a column of the table is called."""
    return word(f"UNI_COLUMN_{field.upper()}", language)


def block_word(block: Block, language: str) -> str:
    """How a block is called."""
    return word(f"UNI_BLOCK_{block.upper()}", language)


def plan(registry: Registry, table: Table) -> Plan:
    """What this table would add to the registry, mend and end. Columns are known by either language's headings.

    Days are read as 2025-07-01 and as 01/07/2025; above and before stand codes, or names that only one unit has.
    Raises Refused with every fault, each with row and column.
    """
    columns = _columns(table)
    faults: list[Problem] = []
    read = [(line, unit) for line in table.lines if (unit := _unit(table, columns, line, faults))]
    faults += _twice(table, columns, read)
    unread = _unread(table, columns, {line.number for line, _ in read})
    known = {unit.key: unit for unit in registry.units}
    fresh = {unit.key: unit for _, unit in read}
    named = Registry(units=tuple((known | fresh).values()))
    fresh = {key: _by_code(named, unit) for key, unit in fresh.items()}
    ended = _ending(Registry(units=tuple((known | fresh).values())))
    made = Registry(units=tuple(_marked(unit, known.get(unit.key)) for unit in ended))
    lines = {unit.key: line for line, unit in read}
    old = {(fault.unit.key, fault.code) for fault in check(registry)}
    for fault in check(made):
        if unread & {str(value) for value in fault.values.values()}:
            continue  # it may come of a row that could not be read, and that is told
        line = lines.get(fault.unit.key)
        if line is not None:
            faults.append(table.problem(line, columns.get(fault.column, fault.column), fault.code, **fault.values))
        elif (fault.unit.key, fault.code) not in old:
            faults.append(fault.problem())
    if faults:
        raise Refused(faults)
    return _plan(made, known, len(fresh))


def _plan(made: Registry, known: Mapping[tuple[str, date], Unit], rows: int) -> Plan:
    moved = [(known[unit.key], unit) for unit in made.in_order if unit.key in known and known[unit.key] != unit]
    ended = tuple(pair for pair in moved if pair[0].valid_to is None and pair[1].valid_to is not None)
    added = tuple(unit for unit in made.in_order if unit.key not in known)
    changed = tuple(pair for pair in moved if pair not in ended)
    return Plan(registry=made, added=added, changed=changed, ended=ended, same=max(0, rows - len(added) - len(moved)))


def _columns(table: Table) -> dict[str, str]:
    """The table's own heading of every field that it has. Raises Refused where a needed one is missing."""
    names = {
        spelling(name): field for field in FIELDS for name in (field, heading(field, "vi"), heading(field, SOURCE))
    }
    found = {names[spelling(header)]: header for header in table.headers if spelling(header) in names}
    shown = ", ".join(table.headers)
    lacking = [
        Problem(code="TAB_NO_COLUMN", sheet=table.sheet, values={"column": heading(field, "vi"), "columns": shown})
        for field in _NEEDED
        if field not in found
    ]
    if lacking:
        raise Refused(lacking)
    return found


def _unit(table: Table, columns: Mapping[str, str], line: Line, faults: list[Problem]) -> Unit | None:
    """The version in a row, None where something is wrong with it."""
    texts = {field: _text(line, columns.get(field, "")) for field in FIELDS}
    bad = [table.problem(line, columns[field], "TAB_BLANK") for field in _NEEDED if not texts[field]]
    block = _block(texts["block"])
    if texts["block"] and block is None:
        allowed = {spoken: ", ".join(block_word(each, spoken) for each in BLOCKS) for spoken in ("vi", SOURCE)}
        bad.append(table.problem(line, columns["block"], "UNI_BLOCK", got=texts["block"][:40], allowed=allowed))
    days = {field: read_day(texts[field]) for field in ("valid_from", "valid_to")}
    bad += [
        table.problem(line, columns[field], "UNT_DAY", got=texts[field][:40])
        for field, day in days.items()
        if texts[field] and day is None
    ]
    faults += bad
    if bad or block is None:
        return None
    return Unit(
        code=_padded(texts["code"], block),
        name=texts["name"],
        block=block,
        parent=texts["parent"],
        predecessors=tuple(_parts(texts["predecessors"])),
        basis=texts["basis"],
        valid_from=days["valid_from"],
        valid_to=days["valid_to"],
    )


def _unread(table: Table, columns: Mapping[str, str], good: Set[int]) -> set[str]:
    """The codes, as they may be written, and names in the rows that something is wrong with."""
    bad = [line for line in table.lines if line.number not in good]
    found = {text for line in bad for field in ("code", "name") if (text := _text(line, columns[field]))}
    return {way for text in found for way in _widths(text)}


def _text(line: Line, column: str) -> str:
    cell = line.cells.get(column)
    return "" if cell is None else clean_text(str(cell))


def _parts(text: str) -> Iterator[str]:
    """Codes and names with semicolons between them; codes alone may have commas or spaces between them."""
    for part in text.split(";"):
        if _CODES.fullmatch(part.strip()):
            yield from re.split(r"[,\s]+", part.strip())
        elif part.strip():
            yield part.strip()


def _block(text: str) -> Block | None:
    return next((each for each in BLOCKS if spelling(text) in _block_names(each)), None)


def _block_names(block: Block) -> set[str]:
    return {spelling(block), *(spelling(block_word(block, language)) for language in ("vi", SOURCE))}


def _padded(code: str, block: str) -> str:
    return code.zfill(_DIGITS[block]) if block in _DIGITS and code.isdecimal() else code


def _twice(table: Table, columns: Mapping[str, str], read: list[tuple[Line, Unit]]) -> Iterator[Problem]:
    seen: dict[tuple[str, date], int] = {}
    for line, unit in read:
        if (first := seen.setdefault(unit.key, line.number)) != line.number:
            yield table.problem(line, columns["code"], "UNI_TWICE", got=unit.code, first=first)


def _by_code(named: Registry, unit: Unit) -> Unit:
    """The version with codes for what stands above it and before it, where the row has names or codes cut short."""
    first = unit.valid_from or unit.valid_to or date.max
    before = (_code(named, text, first - timedelta(days=1)) for text in unit.predecessors)
    return replace(unit, parent=_code(named, unit.parent, first) if unit.parent else "", predecessors=tuple(before))


def _code(named: Registry, text: str, day: date) -> str:
    known = next((code for code in _widths(text) if named.versions(code)), "")
    meant = named.find(text, day)
    return known or (meant[0].code if len(meant) == 1 else text)


def _widths(text: str) -> tuple[str, ...]:
    """A code as it is written, and with the zeros that a spreadsheet may have dropped."""
    return (text, *(text.zfill(width) for width in _DIGITS.values() if text.isdecimal()))


def _marked(unit: Unit, known: Unit | None) -> Unit:
    """The version with its mark where the table, which has no marks, changes nothing of it."""
    return known if known is not None and replace(known, mark=unit.mark) == unit else unit


def _ending(registry: Registry) -> Iterator[Unit]:
    """Every version; one without an end that a later one of its code follows ends the day before."""
    for unit in registry.units:
        later = [each.valid_from for each in registry.versions(unit.code) if each.key > unit.key and each.valid_from]
        if unit.valid_to is None and later:
            yield replace(unit, valid_to=min(later) - timedelta(days=1))
        else:
            yield unit
