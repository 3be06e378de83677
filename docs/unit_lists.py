"""Which units does the public list name? Makes the two shipped tables in `survey/unit_lists/` anew.

    python -m docs.unit_lists TODAY.json CHANGES.csv

TODAY.json: `json/vn_only_simplified_json_generated_data_vn_units_….json` of thanglequoc/vietnamese-provinces-database,
under the MIT licence. CHANGES.csv: the statistics office's table «Bảng chuyển đổi ĐVHC mới cũ» as CSV, with the columns
new province, new name, new code, old name, old code, note, old district, old province. Why these two:
docs/decisions/0021-units.md.
"""

import csv
import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from survey.collation import spelling

FOLDER = Path(__file__).parents[1] / "survey" / "unit_lists"
TODAY_COLUMNS = ("code", "name", "parent", "valid_from", "valid_to", "basis")
BEFORE_COLUMNS = ("code", "name", "parent", "became")
FIRST = "2025-07-01"
SECOND, BEFORE_SECOND = "2026-04-30", "2026-04-29"
MAP, CITY, WARDS = "19/2025/QĐ-TTg", "30/2026/QH16", "237/NQ-UBTVQH16"
MISTYPED = {
    ("00553", "Xã Đặng Xá"): "00556",
    ("01615", "Xã Mỹ Hưng"): "01651",
    ("02485", "Xã Phú Thịnh"): "02482",
}
"""Three communes that CHANGES.csv gives a neighbour's code; the codes of the office's list of 04/01/2025."""
MISSPELT = (
    ("Thị Xã ", "Thị xã "),
    ("Thị Trấn ", "Thị trấn "),
    ("Thi trấn ", "Thị trấn "),
    ("Thành Phố ", "Thành phố "),
    ("\u2019", "'"),
)
NO_KIND = {"Xuân Quang 3": "Xã Xuân Quang 3", "Xuân Phước": "Xã Xuân Phước"}
"""Two communes of Đồng Xuân that CHANGES.csv names without «Xã»."""
UNCHANGED = 11
"""Provinces that the Assembly's resolution 202/2025/QH15 left as they were."""

Change = dict[str, str]
Row = tuple[str, ...]


def main(today: Path, changes: Path) -> None:
    """Write both tables."""
    with changes.open(encoding="utf-8-sig", newline="") as file:
        rows = read_changes(list(csv.reader(file))[2:])
    provinces = json.loads(today.read_text(encoding="utf-8"))
    if (found := len(alone(rows))) != UNCHANGED:
        raise SystemExit(f"{found} provinces did not change, {UNCHANGED} expected")
    _write("today.csv", TODAY_COLUMNS, today_rows(provinces, rows))
    _write("before.csv", BEFORE_COLUMNS, before_rows(provinces, rows))


def read_changes(lines: Iterable[Sequence[str]]) -> list[Change]:
    """The rows of the table of changes, their cells cleaned; codes parted from the names that they follow."""
    columns = ("province", "name", "code", "old", "old_code", "note", "district", "province_then")
    rows = []
    for cells in lines:
        row = dict(zip(columns, map(_clean, cells), strict=False))
        if not row["code"]:
            continue  # the heading of a province
        for column in ("province", "district", "province_then"):
            found = re.fullmatch(r"(.*?) ?\((\d+)\)", row[column])
            if found is None:
                raise SystemExit(f"no code in {row}")
            row[f"{column}_name"], row[column] = found[1], found[2]
        row["old_code"] = MISTYPED.get((row["old_code"], row["old"]), row["old_code"])
        rows.append(row)
    of_district: dict[str, Counter[str]] = defaultdict(Counter)
    called: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        of_district[row["district"]][row["province_then"]] += 1
        called[row["province_then"]][row["province_then_name"]] += 1
    for row in rows:  # of two districts some rows name another province, of one province another name
        row["province_then"] = of_district[row["district"]].most_common(1)[0][0]
        row["province_then_name"] = called[row["province_then"]].most_common(1)[0][0]
    return rows


def alone(rows: Iterable[Change]) -> set[str]:
    """The codes of the provinces that took in no other."""
    merged = defaultdict(set)
    for row in rows:
        merged[row["province"]].add(row["province_then"])
    return {code for code, then in merged.items() if then == {code}}


def today_rows(provinces: Sequence[Mapping[str, Any]], rows: Sequence[Change]) -> Iterator[Row]:
    """Provinces and communes since 01/07/2025, with what changed on 30/04/2026. Names as the table of changes writes
    them, where it means the same."""
    now, codes, same = _communes(provinces), _codes(provinces, rows), alone(rows)
    written = {codes[row["code"]]: row["name"] for row in rows}
    called = {row["province_name"] for row in rows}
    for each in provinces:
        code, name = each["Code"], _capital(_clean(each["FullName"]))
        name = next((said for said in called if spelling(said) == spelling(name)), name)
        since = "" if code in same else FIRST
        if name == "Thành phố Đồng Nai":
            yield code, "Tỉnh Đồng Nai", "", since, BEFORE_SECOND, MAP
            yield code, name, "", SECOND, "", CITY
        else:
            yield code, name, "", since, "", MAP
    for code, (name, province) in sorted(now.items()):
        then = written[code]
        if then.startswith("Xã ") and name == then.replace("Xã ", "Phường ", 1):
            yield code, then, province, FIRST, BEFORE_SECOND, MAP
            yield code, name, province, SECOND, "", WARDS
        else:
            yield code, then if spelling(then) == spelling(name) else _capital(name), province, FIRST, "", MAP


def before_rows(provinces: Sequence[Mapping[str, Any]], rows: Sequence[Change]) -> Iterator[Row]:
    """Provinces that merged, districts and communes until 30/06/2025, and what became of them."""
    codes, same = _codes(provinces, rows), alone(rows)
    merged: dict[str, str] = {}
    districts: dict[str, tuple[str, str]] = {}
    communes: dict[str, tuple[str, str]] = {}
    became: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        code, new = row["province_then"], codes[row["code"]]
        if code not in same:
            merged[code] = row["province_then_name"]
            became[code].add(row["province"])
        districts[row["district"]] = (row["district_name"], code)
        if row["old_code"]:
            communes.setdefault(row["old_code"], (_capital(row["old"]), row["district"]))
            became[row["old_code"]].add(new)
        elif not row["old"]:  # an island district without communes
            became[row["district"]].add(new)
    for code, name in sorted(merged.items()):
        yield code, name, "", " ".join(sorted(became[code]))
    for code, (name, parent) in sorted((districts | communes).items(), key=lambda each: (len(each[0]), each[0])):
        yield code, name, parent, " ".join(sorted(became[code]))


def _communes(provinces: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, str]]:
    return {ward["Code"]: (_clean(ward["FullName"]), each["Code"]) for each in provinces for ward in each["Wards"]}


def _codes(provinces: Iterable[Mapping[str, Any]], rows: Iterable[Change]) -> dict[str, str]:
    """A commune's code in the table of changes → its code in the list of today, by name where they differ."""
    now = _communes(provinces)
    by_name = {(spelling(name), province): code for code, (name, province) in now.items()}
    return {
        row["code"]: row["code"] if row["code"] in now else by_name[spelling(row["name"]), row["province"]]
        for row in rows
    }


def _clean(cell: str) -> str:
    text = " ".join(unicodedata.normalize("NFC", cell).split())
    for wrong, right in MISSPELT:
        text = text.replace(wrong, right)
    return NO_KIND.get(text, text)


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _write(name: str, columns: Row, rows: Iterable[Row]) -> None:
    with (FOLDER / name).open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(columns)
        out.writerows(rows)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
