"""Our own template: made from the questionnaire, filled in by a person in a spreadsheet, read back."""

from io import BytesIO

import openpyxl
import pytest

from survey.incoming.files import read_file
from survey.incoming.storing import store_all
from survey.incoming.template import template_bytes
from survey.store import Store
from tests.survey.builders import QUESTIONNAIRE, ROUND
from tests.survey.incoming.conftest import Try
from tests.survey.incoming.test_shapes import FIRST


@pytest.mark.parametrize("language", ["vi", pytest.param("en", marks=pytest.mark.slow)])
def test_what_is_filled_in_comes_back_as_answers(language: str, store: Store, tried: Try) -> None:
    book = openpyxl.load_workbook(BytesIO(template_bytes(ROUND, QUESTIONNAIRE, language)))
    page = book.worksheets[0]
    heads = {str(cell.value).split(" | ")[0]: at for at, cell in enumerate(page[1], 1)}
    typed = {
        "so_phieu": "LS-7",
        "noi_tra_loi": "Xã A (Huyện 1)",
        "ngay": "2026-11-03",
        "nguoi_nhap": "Bà Lan",
        "used": "Có" if language == "vi" else "Yes",
        "ways/web": "x",
        "ways/desk": "x",
        "times": 3,
        "q1": "Mức 5" if language == "vi" else "Level 5",
        "fee": 1.5,
        "day": "2026-10-30",
        "comment": "Tốt; nhanh",
    }
    for name, value in typed.items():
        page.cell(row=2, column=heads[name], value=value)
    stream = BytesIO()
    book.save(stream)
    assert read_file(stream.getvalue(), "phieu.xlsx").shape.name == "template"
    found = tried(stream.getvalue(), "phieu.xlsx")
    assert found.problems == ()
    assert store_all(store, found).new == 1
    (slip,) = store.responses(ROUND.id)
    assert dict(slip.answers) == FIRST
    assert (slip.place, slip.day, slip.interviewer) == ("P01", "2026-11-03", "Bà Lan")


def test_every_choice_has_a_drop_down_from_the_hidden_list() -> None:
    book = openpyxl.load_workbook(BytesIO(template_bytes(ROUND, QUESTIONNAIRE, "vi")))
    page, lists = book.worksheets[0], book.worksheets[1]
    assert lists.sheet_state == "hidden"
    heads = {cell.column_letter: str(cell.value).split(" | ")[0] for cell in page[1]}
    offered = {}
    for rule in page.data_validations.dataValidation:
        letter, last = rule.formula1.split("!")[1].replace("$", "").split(":")
        words = [lists[f"{letter[0]}{row}"].value for row in range(1, int(last[1:]) + 1)]
        for span in str(rule.sqref).split():
            offered[heads["".join(filter(str.isalpha, span.split(":")[0]))]] = words
    assert offered["used"] == ["Có", "Không"]
    assert offered["q1"] == [f"Mức {n}" for n in range(1, 6)]
    assert offered["ways/web"] == ["x"]
    assert offered["noi_tra_loi"] == ["Xã A (Huyện 1)", "Xã B (Huyện 2)"]
    assert "times" not in offered
