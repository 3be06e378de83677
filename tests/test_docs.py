"""The documents speak of what exists: links, pictures, commands, tests."""

import io
import re
from pathlib import Path

import pytest
import xlsxwriter

import cli
from survey.xlsform import read_workbook

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "sample_responses").glob("*.md")])
LINK = re.compile(r'\]\(([^)#\s]+)[^)]*\)|src="([^"]+)"')


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_picture_exists(page: Path) -> None:
    targets = [a or b for a, b in LINK.findall(page.read_text(encoding="utf-8"))]
    missing = [t for t in targets if not t.startswith("http") and not (page.parent / t).exists()]
    assert not missing


def test_every_command_in_the_documents_exists() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = set(re.findall(r"hailong ([a-z][a-z-]+)(?= --|`|\n| [a-z./]+\.(?:xlsx|csv))", text))
    known = set(cli._parser()._subparsers._group_actions[0].choices)
    assert {"serve", "demo", "report", "margins-template", "passcode"} == known
    assert named and named <= known
    for command, flags in re.findall(r"^ {4}hailong ([a-z-]+)((?:.*\\\n)*.*)$", text, re.M):
        options = cli._parser()._subparsers._group_actions[0].choices[command]._option_string_actions
        assert set(re.findall(r"--[a-z-]+", flags)) <= set(options)


def test_every_test_that_methods_names_exists() -> None:
    text = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    for name in re.findall(r"`(test_\w+?)_?…?`", text):
        assert f"def {name}" in tests, name


def test_the_worked_example_of_an_instrument_can_be_used_as_it_stands() -> None:
    text = (ROOT / "docs" / "huong-dan" / "phieu-hoi.md").read_text(encoding="utf-8")
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        for sheet in ("survey", "choices", "settings", "index"):
            lines = text.partition(f"**Trang `{sheet}`**")[2].partition("\n|")[2].split("\n\n")[0].splitlines()
            rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
            page = book.add_worksheet(sheet)
            for at, row in enumerate([rows[0], *rows[2:]]):
                page.write_row(at, 0, row)
    questionnaire = read_workbook(stream.getvalue(), name="mot_cua.xlsx")
    assert [item.name for item in questionnaire.items()] == ["lich_su", "huong_dan_ro", "dung_hen"]
    assert {node.code for node in questionnaire.index} == {"cong_chuc", "ket_qua"}
