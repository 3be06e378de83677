"""Every row of docs/coverage.md names what there is: a screen, a sheet, a command, a form, rules, a file to see."""

import re
from pathlib import Path

import pytest

import app
from analysis.report import sheets
from survey.errors import catalogue
from survey.instruments import shipped

ROOT = Path(__file__).parents[1]
ROWS = [
    [cell.strip() for cell in line.strip("| \n").split(" | ")]
    for line in (ROOT / "docs" / "coverage.md").read_text("utf-8").splitlines()
    if re.match(r"\| 00\d \|", line)
]
SCREENS = {slug for pages in app._DESK.values() for slug, *_ in pages}
SHEETS = {
    catalogue()[code]["vi"]
    for code in vars(sheets).values()
    if isinstance(code, str) and code in catalogue() and "_SHEET_" in code
}
COMMANDS = set(re.findall(r'add_command\(\s*\w+,\s*"([\w-]+)"', (ROOT / "cli.py").read_text("utf-8")))


def named(kind: str, text: str) -> list[str]:
    """What stands in backticks after the word, also in a list: screens `a`, `b` and `c`."""
    runs = re.findall(rf"\b{kind}s? ((?:`[^`]+`(?:, | and )?)+)", text)
    return [name for run in runs for name in re.findall(r"`([^`]+)`", run)]


def test_the_list_is_the_whole_list_of_the_method() -> None:
    counts = {article: sum(row[0] == article for row in ROWS) for article in ("000", "001", "002", "003", "004")}
    assert counts == {"000": 9, "001": 5, "002": 9, "003": 9, "004": 5}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} {row[1][:40]}")
def test_a_row_names_only_what_there_is(row: list[str]) -> None:
    _, _, served, shown = row
    assert set(named("screen", served)) <= SCREENS
    assert set(re.findall("«([^»]+)»", served)) <= SHEETS
    assert set(named("command", served)) <= COMMANDS
    assert set(named("form", served)) <= set(shipped())
    rules = {path.name for path in (ROOT / "analysis" / "scores" / "rules").glob("*.toml")}
    assert set(named("rules", served)) <= rules
    assert named("screen", served) or named("form", served) or named("command", served)
    files = re.findall(r"`([^`]+)`", shown)
    assert files
    for file in files:
        assert (ROOT / file).is_file(), file
