"""The assessment and the tidying from the command line."""

import os
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

import cli
from survey.instruments import workbook_bytes
from survey.ledger import receipt_hash
from survey.store import Store
from tests.survey.builders import ROUND, furnished
from tests.survey.proof.slips import code_of, slip


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command names the folder in the environment, which the test gives back."""
    monkeypatch.setenv("HAILONG_DATA", os.environ.get("HAILONG_DATA", ""))


def text(path: Path) -> str:
    return "\n".join(paragraph.text for paragraph in Document(BytesIO(path.read_bytes())).paragraphs)


def test_the_assessment_of_a_shipped_form_and_of_ones_own_workbook_is_written(tmp_path: Path) -> None:
    mine, out = tmp_path / "phieu.xlsx", tmp_path / "dpia.docx"
    mine.write_bytes(workbook_bytes("one_stop_slip"))
    assert cli.main(["dpia", str(mine), "--out", str(out)]) == 0
    own = text(out)
    assert "one_stop_slip" in own
    assert cli.main(["dpia", "one_stop_slip", "--out", str(out)]) == 0
    assert text(out) == own


def test_what_is_neither_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["dpia", str(tmp_path / "none.xlsx"), "--out", str(tmp_path / "x.docx")]) == 1
    assert "none.xlsx" in capsys.readouterr().err
    assert not (tmp_path / "x.docx").exists()


def test_tidying_empties_the_answers_past_their_term_and_says_how_many(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "hailong.sqlite3"
    with furnished(file) as store:
        store.add(slip(1, day="2020-01-15"))
        store.save_round(replace(ROUND, opens=date(2020, 1, 1), closes=date(2020, 1, 31), keep_years=5))
    assert cli.main(["tidy", "--data", str(tmp_path)]) == 0
    assert "nội dung của 1 phiếu" in capsys.readouterr().out
    with Store.open(file) as store:
        assert store.responses(ROUND.id) == ()
        assert store.receipt_state(receipt_hash(code_of(1))) is not None
    assert cli.main(["tidy", "--data", str(tmp_path / "none")]) == 1
