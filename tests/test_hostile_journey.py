"""Every hostile text goes the whole way: through the door, the store and the evaluation into the workbook, unharmed."""

import io
import re
import secrets
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl

import sample_responses
from analysis.pages.download import about
from analysis.report.build import build
from analysis.report.excel import write
from analysis.report.model import Formula
from analysis.scores.evaluate import evaluate_round
from analysis.scores.responses import round_plan
from survey.clock import VIETNAM
from survey.errors import Refused
from survey.forms.accept import Submission, accept
from survey.keys import new_key
from survey.masking import mask
from survey.store import Store
from tests.hostile import HOSTILE, REFUSED, kept


def test_hostile_texts_from_the_door_to_the_workbook(tmp_path: Path) -> None:
    now = datetime(2026, 11, 20, 9, tzinfo=VIETNAM)
    must = {"sex": "1", "age": "3", "area": "2", "q4": "1", "q9_01": "4"}
    refused = set()
    with Store.open(tmp_path / "store.sqlite3") as store:
        round_ = sample_responses.load_round(store)
        questionnaire = store.questionnaire(round_.questionnaire)
        for name, text in HOSTILE.items():
            sent = Submission(
                key=new_key(b"secret", secrets.token_bytes, round_.id),
                answers={**must, "comment": text},
                language="vi",
                channel="open",
                place="LS011",
            )
            try:
                accept(store, round_, questionnaire, sent, now=now, random=secrets.token_bytes)
            except Refused as error:
                assert [problem.question for problem in error.problems] == ["comment"]
                refused.add(name)
        responses = store.responses(round_.id)
    assert refused == REFUSED
    assert len(responses) == 395 + len(HOSTILE) - len(REFUSED)

    report = build(evaluate_round(round_, questionnaire, responses, round_plan(round_)), about(round_))
    workbook = write(report)
    read = openpyxl.load_workbook(io.BytesIO(workbook))["Phiếu"]
    cells = [cell for row in read.iter_rows() for cell in row]
    expected = {mask(kept(text))[0] for name, text in HOSTILE.items() if name not in REFUSED} - {""}
    assert expected <= {cell.value for cell in cells if cell.data_type == "s"}
    assert not any(cell.hyperlink for cell in cells)
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        written = sum(
            archive.read(name).count(b"<f>") for name in archive.namelist() if re.search(r"sheet\d+\.xml$", name)
        )
    assert written == sum(isinstance(cell, Formula) for sheet in report.sheets for _, _, cell in sheet.cells())
