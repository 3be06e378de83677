"""The documents speak of what exists: links, pictures, commands, tests."""

import io
import re
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
import xlsxwriter

import cli
import sample_responses
from analysis.scores.evaluate import evaluate_round
from analysis.scores.plan import Mode
from analysis.scores.responses import round_plan
from survey.instruments import load
from survey.intake import read_margins
from survey.round_files import read_places
from survey.sheet import read_table
from survey.store import Store
from survey.words import percent
from survey.xlsform import read_workbook

ROOT = Path(__file__).parents[1]
FOLDERS = (ROOT / "sample_responses", ROOT / "deploy")
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(page for each in FOLDERS for page in each.glob("*.md"))]
)
LINK = re.compile(r'\]\(([^)#\s]+)[^)]*\)|src="([^"]+)"')


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_picture_exists(page: Path) -> None:
    targets = [a or b for a, b in LINK.findall(page.read_text(encoding="utf-8"))]
    missing = [t for t in targets if not t.startswith("http") and not (page.parent / t).exists()]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_into_a_page_meets_a_heading(page: Path) -> None:
    for target, anchor in re.findall(r"\]\(([^)#\s]*\.md|)#([^)\s]+)\)", page.read_text(encoding="utf-8")):
        there = (page.parent / target if target else page).read_text(encoding="utf-8")
        headings = re.findall(r"^#+ (.*)$", there, re.M)
        assert anchor in {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_picture_is_shown_somewhere_and_light() -> None:
    pictures = set((ROOT / "docs" / "images").glob("*.png"))
    shown = {
        (page.parent / (a or b)).resolve() for page in PAGES for a, b in LINK.findall(page.read_text(encoding="utf-8"))
    }
    assert pictures
    assert not pictures - shown
    assert not [picture.name for picture in pictures if picture.stat().st_size > 150_000]


def test_every_command_in_the_documents_exists() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = set(re.findall(r"hailong ([a-z][a-z-]+)(?= --|`|\n| [a-z./]+\.(?:xlsx|csv))", text))
    known = set(cli._parser()._subparsers._group_actions[0].choices)
    served, made = {"serve", "demo", "passcode"}, {"report", "export-design", "margins-template", "sample-report"}
    kept = {"audit", "close-day", "verify", "dpia", "tidy", "doctor", "backup", "restore"}
    assert served | made | kept | {"lint"} == known
    assert named and named <= known
    for command, flags in re.findall(r"^ {4}hailong ([a-z-]+)((?:.*\\\n)*.*)$", text, re.M):
        options = cli._parser()._subparsers._group_actions[0].choices[command]._option_string_actions
        assert set(re.findall(r"--[a-z-]+", flags)) <= set(options)


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


def test_the_guide_shows_files_that_a_new_round_accepts() -> None:
    text = (ROOT / "docs" / "huong-dan" / "phan-tich.md").read_text(encoding="utf-8")
    places, margins = (
        read_table(example.encode(), name="vi-du.csv") for example in re.findall(r"```csv\n(.*?)```", text, re.S)
    )
    assert [place.code for place in read_places(places)] == ["LS011", "LS012"]
    totals: dict[str, float] = {}
    for margin in read_margins(margins, load("sipas_household_2022")):
        totals[margin.variable] = totals.get(margin.variable, 0) + margin.total
    assert totals == {"sex": 555_000, "area": 555_000}


def test_the_guide_retraces_the_numbers_that_the_sample_round_gives(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "huong-dan" / "phan-tich.md").read_text(encoding="utf-8")
    with Store.open(tmp_path / "hailong.sqlite3") as store:
        round_ = sample_responses.load_round(store)
        questionnaire, responses = store.questionnaire(round_.questionnaire), store.responses(round_.id)
        found = {
            mode: evaluate_round(round_, questionnaire, responses, replace(round_plan(round_), mode=mode))
            for mode in get_args(Mode)
        }
    for evaluation in found.values():
        assert f"| {percent(evaluation.result.row('overall', weighted=True).value)} |" in text
    item = found["pooled"].result.row
    for told in (item("overall", weighted=False), item("q9_02", weighted=False), item("q9_02", weighted=True)):
        assert f"**{percent(told.value)}**" in text
    answers = found["pooled"].sample.frame["q9_02"].dropna().astype(int)
    assert f"{(answers >= 4).sum()} câu trả lời hài lòng trên {len(answers)} câu hợp lệ" in text
