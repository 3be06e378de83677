"""A round with voided and excluded slips: what the workbook says of them, and that its numbers come without them."""

import hashlib
import io
import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pyreadstat
import pytest

import sample_responses
from analysis.report import sheets
from analysis.report.about import about_round
from analysis.report.codebook import codebook
from analysis.report.excel import write
from analysis.report.extras import Extras
from analysis.report.files import Export
from analysis.report.model import Formula, Number, Report, Text
from analysis.scores.evaluate import evaluate_round
from analysis.scores.fate import Fates, fates
from analysis.scores.responses import round_plan
from survey.errors import word
from survey.exclusions import decide, used_responses
from survey.proof.voiding import ask
from survey.proof.voiding import decide as void
from survey.store import Store
from survey.words import percent
from tests.analysis.report.recalculate import recalculated
from tests.analysis.report.test_data import faults
from tests.analysis.report.test_recalculation import differences

TODAY = date(2026, 11, 22)
WHY = "Đã gọi lại, không có người này"
UNIT = "Đình Lập"
BOTH = "overall_with_excluded"


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Export]:
    """The sample round: two slips of Đình Lập excluded, one elsewhere voided."""
    with Store.open(tmp_path_factory.mktemp("fates") / "s.sqlite3") as store:
        round_ = sample_responses.load_round(store)
        codes = {place.code for place in round_.places if place.unit == UNIT}
        slips = store.responses(round_.id)
        inside = [slip.id for slip in slips if slip.place in codes]
        outside = next(slip.id for slip in slips if slip.place not in codes)
        ask(store, round_.id, outside, WHY, actor="Lan", today=TODAY, random=bytes)
        void(store, round_.id, outside, WHY, approve=True, actor="Bình", today=TODAY, random=lambda n: b"x" * n)
        decide(store, round_.id, inside[:2], exclude=True, reason="burst", text=WHY, actor="Nga", today=TODAY)
        decide(store, round_.id, inside[2:3], exclude=False, reason="burst", text=WHY, actor="Nga", today=TODAY)
        questionnaire = store.questionnaire(round_.questionnaire)
        evaluation = evaluate_round(round_, questionnaire, used_responses(store, round_.id), round_plan(round_))
        about = about_round(round_, "vi", created=datetime(2026, 11, 22, 8, 0), code_version="t")
        yield Export(evaluation=evaluation, about=about, extras=Extras(fates=fates(store, round_, evaluation)))


@pytest.fixture(scope="module")
def made(export: Export) -> tuple[Fates, Report]:
    """What became of the slips, and the workbook."""
    assert export.extras.fates is not None
    return export.extras.fates, export.report


def cells(report: Report, name: str) -> dict[Any, dict[str, Any]]:
    sheet = report.sheet(word(name))
    headers = [column.header for column in sheet.table.columns]
    return {row[0].value: dict(zip(headers, row, strict=True)) for row in sheet.table.rows}  # type: ignore[union-attr]


def test_every_slip_has_one_fate(made: tuple[Fates, Report]) -> None:
    found, _ = made
    whole = found.whole
    assert (whole.received, whole.voided, whole.erased, whole.excluded, whole.used) == (395, 1, 0, 2, 392)
    assert found.units[UNIT].excluded == 2 and found.units[UNIT].used == 16
    assert sum(fate.received for fate in found.units.values()) == 395
    assert {each.actor for each in found.decided} == {"Nga"} and len(found.decided) == 2


def test_sheet_3_counts_the_used_slips_live_and_shows_the_others_beside(made: tuple[Fates, Report]) -> None:
    rows = cells(made[1], sheets.RETURNS)
    whole, unit = rows["Toàn đợt"], rows[UNIT]
    assert whole["Phiếu thu"] == Number(395, "count") and unit["Phiếu thu"] == Number(18, "count")
    assert whole["Đã hủy, xóa"] == Number(1, "count") and unit["Để ngoài ước lượng"] == Number(2, "count")
    assert isinstance(whole["Phiếu dùng"], Formula) and whole["Phiếu dùng"].value == 392
    assert isinstance(unit["Phiếu dùng"], Formula) and unit["Phiếu dùng"].value == 16
    assert unit["Thu / phát"].value == 18 / 60
    lines = " ".join(str(line.value) for line in made[1].sheet(word(sheets.RETURNS)).lines)
    assert "Đã nhận 395 phiếu; hủy 1 (hai người quyết định); xóa 0" in lines and "dùng để tính 392" in lines


def test_the_excluded_slips_are_not_among_the_answers(made: tuple[Fates, Report]) -> None:
    found, report = made
    slips = report.sheet(word(sheets.SLIPS))
    column = slips.table.place(word("RPT_COLUMN_SLIP"))
    ids = {row[column].value for row in slips.table.rows if isinstance(row[column], Text)}
    assert len(ids) == 392 and not ids & {each.response_id for each in found.decided}


def test_the_method_sheet_gives_the_index_with_and_without_and_why(made: tuple[Fates, Report]) -> None:
    found, report = made
    assert found.without is not None
    told = {row[1].value: row[2].value for row in report.sheet(word(sheets.METHOD)).table.rows}  # type: ignore[union-attr]
    assert told["Vì sao để ngoài ước lượng"].startswith("Dồn dập bất thường: 2. Người quyết định: Nga.")
    both = [found.without.result.row("overall", weighted=kind).value for kind in (False, True)]
    with_all = told["Chỉ số chung nếu không loại phiếu nào"]
    assert f"Cách công bố: {percent(both[0])}" in with_all and f"Của công cụ: {percent(both[1])}" in with_all


def test_the_trace_names_the_list_by_its_hash(made: tuple[Fates, Report]) -> None:
    told = {row[0].value: row[1].value for row in made[1].sheet(word(sheets.TRACE)).table.rows}  # type: ignore[union-attr]
    number, digest = told["Phiếu để ngoài ước lượng: số phiếu; mã băm danh sách (SHA-256)"].split("; ")
    assert number == "2" and len(digest) == 64


def test_word_spss_parquet_codebook_and_json_say_it_too(export: Export, tmp_path: Path) -> None:
    found = export.extras.fates
    assert found is not None and found.without is not None
    (method,) = (section for section in export.annex.sections if section.heading == word("WRD_TOPIC_METHOD"))
    notes = " ".join(method.sentences)
    assert "để ngoài ước lượng 2 (vẫn còn trong kho và sổ cái); dùng để tính 392" in notes
    assert "Chỉ số chung nếu không loại phiếu nào: Cách công bố: " in notes
    (tmp_path / "a.sav").write_bytes(export.make("spss"))
    _, meta = pyreadstat.read_sav(tmp_path / "a.sav", metadataonly=True)
    assert "dùng để tính 392" in " ".join(" ".join(meta.notes).split())
    told = " ".join(str(line.value) for line in codebook(export.figures, export.notes).sheets[0].lines)
    assert "dùng để tính 392" in told
    provenance = json.loads(export.make("estimates"))["provenance"]
    slips = provenance["slips"]
    assert faults(json.loads(export.make("estimates"))) == []
    counts = {"received": 395, "voided": 1, "erased": 0, "excluded": 2, "used": 392}
    assert counts.items() <= slips.items()
    ids = sorted(each.response_id for each in found.decided)
    assert slips["excluded_sha256"] == hashlib.sha256("".join(ids).encode()).hexdigest()
    before = {kind: found.without.result.row("overall", weighted=kind == "weighted").value for kind in slips[BOTH]}
    assert slips[BOTH] == before and len(before) == 2
    assert json.loads(pq.read_schema(io.BytesIO(export.make("parquet"))).metadata[b"slips"]) == slips


@pytest.mark.slow
def test_the_workbook_without_the_excluded_slips_recalculated_equals_python(
    made: tuple[Fates, Report], tmp_path: Path
) -> None:
    checked, wrong = differences(made[1], recalculated(write(made[1]), tmp_path))
    assert checked > 3_000
    assert not wrong, "\n".join(wrong[:20])
