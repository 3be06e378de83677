"""The paper form: everything that the screens ask stands on it once, in every language."""

import re
import shutil
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from survey.instruments import load, shipped
from survey.print.files import paper_file
from survey.print.paper import Ask, Grid, Item, PaperForm, Told, Write, columns, paper_form
from survey.questionnaire import Questionnaire
from survey.rating import as_examples
from survey.round import Rated
from survey.slips import slip_number
from tests.survey.builders import QUESTIONNAIRE, ROUND

NUMBERS = tuple(slip_number(ROUND.id, running) for running in (1, 2, 3))
HOUSEHOLD = load("sipas_household_2022")


def items(form: PaperForm) -> list[Item]:
    found: list[Item] = []
    for block in form.blocks:
        if isinstance(block, Grid):
            found += [row for row in block.rows if isinstance(row, Item)]
        elif isinstance(block, Ask | Write):
            found.append(block.item)
    return found


@pytest.mark.parametrize("name", shipped())
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_question_stands_once_under_its_number(name: str, language: str) -> None:
    asked = as_examples(load(name))
    form = paper_form(asked, language, office="")
    questions = [each for each in asked.questions() if each.kind != "note"]
    assert [item.number for item in items(form)] == list(range(1, len(questions) + 1))
    for item, each in zip(items(form), questions, strict=True):
        assert each.label[language] in item.text
        assert item.text.endswith("*") == each.required
    notes = [each.label[language] for each in asked.questions() if each.kind == "note"]
    assert [note for note in notes if note in [b.text for b in form.blocks if isinstance(b, Told)]] == notes


def test_items_of_one_scale_share_a_table_with_the_scale_in_its_head() -> None:
    grids = [block for block in paper_form(HOUSEHOLD, "vi", office="").blocks if isinstance(block, Grid)]
    rows = [[row for row in grid.rows if isinstance(row, Item)] for grid in grids]
    assert [len(each) for each in rows] == [8, 2, 7, 14, 19, 9]
    assert [box.label for box in grids[3].boxes] == [
        "Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng",
    ]  # fmt: skip
    assert [box.code for box in grids[3].boxes] == ["1", "2", "3", "4", "5"]


def test_a_question_with_an_arrow_does_not_hide_in_a_table() -> None:
    [gate] = [
        block
        for block in paper_form(load("user_five_factor"), "vi", office="").blocks
        if isinstance(block, Ask) and any(box.leads for box in block.boxes)
    ]
    assert [box.leads for box in gate.boxes] == ["", "chuyển sang mục 26"]
    assert columns(gate.boxes) == 1


def test_the_units_of_the_round_are_printed_and_those_of_the_workbook_are_not() -> None:
    rated = (
        Rated(code="sxd", name="Sở Xây dựng", kind="department"),
        Rated(code="x_a", name="Xã A", kind="locality"),
    )
    officials = load("officials_2022")
    round_ = replace(ROUND, questionnaire=officials.content_hash(), rated=rated)
    data = paper_file(officials, round_, "vi", "docx")
    text = all_text(data)
    assert "Sở Xây dựng" in text and "Sở Nội vụ" not in text.replace(ROUND.contact["vi"], "")


def all_text(docx: bytes) -> str:
    book = Document(BytesIO(docx))
    cells = [cell.text for table in book.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in book.paragraphs), *cells])


def test_the_word_file_has_a_section_for_each_number_with_its_own_picture() -> None:
    book = Document(BytesIO(paper_file(QUESTIONNAIRE, ROUND, "vi", "docx", numbers=NUMBERS)))
    assert [section.footer.paragraphs[0].text.split()[2] for section in book.sections] == list(NUMBERS)
    heads = [table.rows[0].cells[-1].text for table in book.tables]
    assert [number for head in heads for number in NUMBERS if number in head] == list(NUMBERS)
    pictures = {part.partname for part in book.part.package.iter_parts() if "/media/" in part.partname}
    assert len(pictures) == 3


def test_a_form_without_a_round_says_that_it_is_a_specimen() -> None:
    assert "BẢN XEM THỬ" in all_text(paper_file(QUESTIONNAIRE, None, "vi", "docx"))
    assert "BẢN XEM THỬ" not in all_text(paper_file(QUESTIONNAIRE, ROUND, "vi", "docx"))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The text of every page of three numbered copies."""
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("pdftotext is not installed")
    path = tmp_path_factory.mktemp("pdf") / "paper.pdf"
    path.write_bytes(paper_file(load("user_five_factor"), ROUND, "vi", "pdf", numbers=NUMBERS, office="Sở Y tế"))
    done = subprocess.run([program, "-layout", str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode("utf-8").split("\f")[:-1]


def test_every_page_of_a_copy_says_its_number_and_where_it_stands(pages: list[str]) -> None:
    length = len(pages) // len(NUMBERS)
    for at, page in enumerate(pages):
        assert NUMBERS[at // length] in page
        assert f"Trang {at % length + 1}/{length}" in page


def test_the_pdf_has_every_vietnamese_letter_and_repeats_the_scale_over_pages(pages: list[str]) -> None:
    text = " ".join(" ".join(pages).split())
    assert "Sở Y tế" in text and "Đợt thử" in text and ROUND.contact["vi"] in text
    questions = load("user_five_factor").questions()
    first = " ".join(" ".join(pages[: len(pages) // 3]).split())
    assert all(" ".join(each.label["vi"].split()[:3]) in first for each in questions)
    assert "→ chuyển sang mục 26" in text


def test_long_names_push_the_form_down_and_no_word_of_a_scale_is_broken(tmp_path: Path) -> None:
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("pdftotext is not installed")
    path = tmp_path / "paper.pdf"
    path.write_bytes(paper_file(load("user_five_factor"), replace(ROUND, name="Khảo sát " * 40), "en", "pdf"))
    done = subprocess.run([program, "-bbox", str(path), "-"], capture_output=True, check=True).stdout.decode("utf-8")
    words = re.findall(r'yMin="([0-9.]+)" xMax="[0-9.]+" yMax="([0-9.]+)">(.*?)</word>', done)
    [end_of_head] = [float(low) for _, low, text in words if text == "answering:"]
    [title] = [float(high) for high, _, text in words if text == "factors)"]
    assert end_of_head <= title
    assert "dissatisfied" in {text for _, _, text in words}


def test_the_same_form_gives_the_same_file() -> None:
    first, second = (paper_file(QUESTIONNAIRE, ROUND, "en", "pdf", numbers=NUMBERS[:1]) for _ in range(2))
    assert first == second and first.startswith(b"%PDF")


def test_what_officials_write_is_text_and_never_markup(tmp_path: Path) -> None:
    hostile = replace(QUESTIONNAIRE, title={"vi": "<b>Phiếu</b> & <para> ]]> <font size=99>", "en": "x"})
    for kind in ("pdf", "docx"):
        assert paper_file(_worded(hostile, "5 < 6 & <b>"), ROUND, "vi", kind)


def _worded(questionnaire: Questionnaire, text: str) -> Questionnaire:
    first, *rest = questionnaire.sections
    asked = tuple(replace(each, label={"vi": text}, hint={"vi": text}) for each in first.questions)
    return replace(questionnaire, sections=(replace(first, questions=asked, label={"vi": text}), *rest))


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_a_text_longer_than_a_page_breaks_over_pages_and_nothing_else(kind: str) -> None:
    long = "dài " * 1200
    household = load("one_stop_slip")
    [section] = household.sections
    asked = tuple(
        replace(each, label={"vi": long}, hint={"vi": long}, scale=section.questions[0].scale if each.scale else None)
        for each in section.questions
    )
    form = replace(household, purpose={"vi": long}, sections=(replace(section, questions=asked),))
    assert len(paper_file(form, None, "vi", kind)) > 10_000  # type: ignore[arg-type]
