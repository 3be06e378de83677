"""Units merged, renamed, divided: what a unit of one day is called on another, and tables of it with their faults."""

from datetime import date

import pytest

from survey.errors import Refused
from survey.sheet import Line, Table, read_table
from survey.successor_files import read_units_map
from survey.successors import Successor, UnitsMap, from_json, to_json

MARCH, JULY = date(2025, 3, 1), date(2025, 7, 1)
BETWEEN = {"since": date(2022, 11, 1), "until": date(2026, 11, 1)}


def units(*rows: tuple[str, str, date] | tuple[str, str, date, str]) -> UnitsMap:
    return UnitsMap(
        successors=tuple(
            Successor(old=old, new=new, valid_from=day, what="place" if what else "unit")
            for old, new, day, *what in rows
        )
    )


def table(*rows: tuple[str | None, ...], headers: tuple[str, ...] = ("old", "new", "valid_from", "what")) -> Table:
    lines = [Line(number=k, cells=dict(zip(headers, row, strict=False))) for k, row in enumerate(rows, start=2)]
    return Table(sheet=None, headers=headers, lines=tuple(lines))


def test_two_units_that_merged_are_one_and_one_that_nothing_happened_to_stays() -> None:
    found = units(("Sở A", "Sở C", MARCH), ("Sở B", "Sở C", MARCH))
    assert [found.today([name], **BETWEEN) for name in ("Sở A", "Sở B", "Sở D")] == [("Sở C",), ("Sở C",), ()]


def test_changes_are_followed_one_after_the_other_by_code_or_name() -> None:
    found = units(("tttt", "Sở KH&CN", MARCH), ("Sở KH&CN", "Sở Công nghệ", JULY), ("Sở Công nghệ", "later", JULY))
    assert found.today(["Sở Thông tin", "TTTT"], **BETWEEN) == ("later",)
    assert found.today(["Sở Thông tin"], **BETWEEN) == ()


def test_only_what_happened_between_the_two_days_counts() -> None:
    found = units(("Sở A", "Sở C", MARCH), ("Sở C", "Sở A", JULY))
    assert found.today(["Sở A"], since=date(2025, 3, 1), until=date(2026, 1, 1)) == ()
    assert found.today(["Sở A"], since=date(2025, 2, 28), until=date(2025, 3, 1)) == ("Sở C",)
    assert found.today(["Sở A"], since=date(2025, 2, 28), until=date(2025, 2, 28)) == ()


def test_a_name_that_came_back_after_a_detour_is_followed_to_its_end() -> None:
    back = units(("Sở A", "Sở C", MARCH), ("Sở C", "Sở A", JULY), ("Sở A", "Sở E", date(2025, 9, 1)))
    assert back.today(["Sở C"], since=date(2025, 5, 1), until=date(2026, 1, 1)) == ("Sở E",)
    assert back.today(["Sở A"], **BETWEEN) == ("Sở E",)


def test_a_circle_of_one_day_is_not_gone_round_for_ever() -> None:
    assert units(("Sở A", "Sở C", MARCH), ("Sở C", "Sở A", MARCH)).today(["Sở A"], **BETWEEN) == ("Sở A",)


def test_a_divided_unit_has_several_names_unless_the_place_tells_which() -> None:
    found = units(
        ("Huyện V", "Xã X", JULY), ("Huyện V", "Xã Y", JULY), ("LS01", "Xã Y", JULY, "place"),
        ("Xã Y", "Phường Y", date(2026, 1, 1)),
    )  # fmt: skip
    assert found.today(["Huyện V"], ["LS02"], **BETWEEN) == ("Xã X", "Phường Y")
    assert found.today(["Huyện V"], ["LS01", "Mai Pha"], **BETWEEN) == ("Phường Y",)


def test_the_working_paper_keeps_everything_and_a_damaged_one_is_refused() -> None:
    kept = UnitsMap(successors=(Successor(old="a", new="b", valid_from=JULY, what="place", basis="NQ 1672"),))
    assert from_json(to_json(kept)) == kept
    odd = '{"successors": [{"old": 1, "new": "b", "valid_from": "2025-07-01"}]}'
    short = '{"successors": [{"old": "a"}]}'
    for text in ("", "{}", "[]", short, odd, to_json(kept).replace("place", "river")):
        with pytest.raises(Refused, match="table of merged"):
            from_json(text)


def test_a_table_is_read_with_days_as_people_write_them() -> None:
    data = "old;new;valid_from;basis\nSở A;Sở C;01/03/2025;QĐ 1\nSở B;Sở C;2025-03-01;\n".encode()
    read = read_units_map(read_table(data, name="don-vi.csv"))
    assert [(each.old, each.new, each.valid_from, each.basis) for each in read.successors] == [
        ("Sở A", "Sở C", MARCH, "QĐ 1"),
        ("Sở B", "Sở C", MARCH, ""),
    ]


def test_every_fault_of_a_table_is_told_at_once_with_its_row() -> None:
    with pytest.raises(Refused) as refused:
        read_units_map(
            table(
                ("A", "B", "2025-03-01"),
                (None, "B", "31/02/2025"),
                ("Hoà", "Hòa", "2025-03-01"),
                ("C", "D", "2025-03-01", "river"),
                ("a", "b", "01/03/2025"),
                ("X", "Y", "2025-07-01"),
                ("Y", "X", "2025-07-01"),
            )
        )
    found = [(problem.code, problem.row, problem.column) for problem in refused.value.problems]
    assert found == [
        ("TAB_BLANK", 3, "old"),
        ("UNT_DAY", 3, "valid_from"),
        ("UNT_SAME", 4, "new"),
        ("UNT_WHAT", 5, "what"),
        ("UNT_TWICE", 6, "old"),
        ("UNT_CIRCLE", 7, "new"),
        ("UNT_CIRCLE", 8, "new"),
    ]


def test_a_circle_is_found_through_units_that_were_divided() -> None:
    day = "2025-07-01"
    with pytest.raises(Refused) as refused:
        read_units_map(table(*((old, new, day) for old, new in ("AB", "AX", "BC", "BX", "CA", "CX"))))
    assert [(problem.code, problem.row) for problem in refused.value.problems] == [
        ("UNT_CIRCLE", 2),
        ("UNT_CIRCLE", 4),
        ("UNT_CIRCLE", 6),
    ]


def test_a_table_without_a_column_is_refused() -> None:
    with pytest.raises(Refused, match="valid_from"):
        read_units_map(table(("a", "b"), headers=("old", "new")))
