"""The page about changes: nothing chosen yet, two rounds side by side, tables of staff with their faults."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from analysis.pages import comparison_inputs
from analysis.scores.comparison_papers import CHOICE, Choice, choice_to_json, read_inputs
from analysis.scores.targets import Target, to_json
from survey import site as shared
from survey.instruments import load, workbook_bytes
from survey.response import Response
from survey.round import NOTICE, Place, Round
from tests.survey.builders import response
from tests.survey.desk import sits

FORM = "one_stop_slip"
NAME = "Đợt *trước*"
AIMS = "series,unit,year,value_percent,rank,of,source\nsatisfaction,,,85,,,KH\npar_index,Lạng Sơn,2023,,35,63,\n"


def a_round(year: int, **changes: object) -> Round:
    questionnaire = load(FORM)
    made = Round(
        id=f"r{year}",
        name=f"Đợt {year}",
        questionnaire=questionnaire.content_hash(),
        study=questionnaire.study,
        opens=date(year, 1, 1),
        closes=None,
        languages=("vi",),
        consent=NOTICE,
        contact={"vi": "A"},
        places=tuple(Place(code=f"P{k}", name=f"Xã {k}", stratum="s", unit=f"Đơn vị {k % 2}") for k in range(12)),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def slips(round_: Round, satisfied: int) -> Iterator[Response]:
    """120 slips over 12 places, so many of ten satisfied with everything."""
    questionnaire = load(FORM)
    good = set(random.Random(round_.opens.year).sample(range(120), 12 * satisfied))
    for k in range(120):
        answers = {q.name: (q.satisfied[-1] if k in good else "0") for q in questionnaire.items()}
        yield response(
            10_000 * round_.opens.year + k,
            round_id=round_.id,
            questionnaire=round_.questionnaire,
            answers=answers,
            place=f"P{k % 12}",
            day=round_.opens.isoformat(),
        )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HAILONG_DATA", str(tmp_path_factory.mktemp("desk")))
        store = shared.site().store
        store.add_questionnaire(load(FORM), workbook_bytes(FORM))
        for round_, satisfied in ((a_round(2021, name=NAME), 4), (a_round(2022), 8)):
            store.save_round(round_)
            for slip in slips(round_, satisfied):
                store.add(slip)
        yield
        shared.close()


@pytest.fixture(autouse=True)
def signed_in(folder: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison_inputs, "person", lambda: "Lan")


def page() -> None:
    from analysis.pages import comparison  # noqa: PLC0415  AppTest runs this function's text

    comparison.show()


def run() -> AppTest:
    at = AppTest.from_function(page, default_timeout=60).run()
    assert not at.exception
    return at


def said(at: AppTest) -> str:
    kinds = ("title", "header", "markdown", "caption", "info", "success", "error")
    return "\n".join(str(part.value) for kind in kinds for part in at.get(kind)).replace("\\", "")


def test_one_walk_from_nothing_chosen_to_a_comparison_and_targets_of_ones_own() -> None:
    at = run()
    assert "Chưa chọn gì để so" in said(at)
    next(box for box in at.selectbox if box.label == "Đợt trước để so").set_value("r2021")
    at.multiselect[0].set_value([("par_index", "Lạng Sơn")])
    next(button for button in at.button if button.label == "Ghi và so sánh").click()
    at.run()
    assert not at.exception
    kept = read_inputs(shared.site().store, "r2022")
    assert kept.choice == Choice(before="r2021", series=(("par_index", "Lạng Sơn"),))
    words = said(at)
    assert "40,00 % lên 80,00 %, +40,00 điểm phần trăm" in words
    assert f"So với «{NAME}»" in words  # as it is written, no markup of it
    assert "Hai đợt có 12 địa bàn chung" in words
    tables = [table.value for table in at.table]
    assert "−5,66 điểm phần trăm, −31 bậc" in str(tables[-1].to_numpy().tolist())
    at.get("button_group")[0].set_value("unit").run()
    assert not at.exception
    assert set(at.table[0].value["Nội dung"].str.replace("\\", "")) == {"Đơn vị 0", "Đơn vị 1"}
    assert "1/2 → 1/2" in str(at.table[0].value.to_numpy().tolist())

    at.file_uploader[0].set_value(("muc-tieu.csv", AIMS.encode(), "text/csv")).run()
    next(button for button in at.button if button.label == "Ghi bảng này").click().run()
    assert not at.exception
    assert [target.rank for target in read_inputs(shared.site().store, "r2022").targets] == [None, 35]
    assert "Mục tiêu Chỉ số hài lòng chung: ít nhất 85,00 %" in said(at)
    paper = shared.site().store.paper("r2022", "targets")
    assert paper is not None and paper.actor == "Lan"
    next(button for button in at.button if button.label == "Bỏ bảng đang dùng").click().run()
    assert read_inputs(shared.site().store, "r2022").targets == ()


def test_every_fault_of_a_table_is_told_and_nothing_is_kept() -> None:
    at = run()
    before = shared.site().store.paper("r2022", "units_map")
    at.file_uploader[2].set_value(("don-vi.csv", b"old,new,valid_from\n,B,31/02/2025\nC,c,2025-01-01\n", "text/csv"))
    at.run()
    words = said(at)
    assert all(part in words for part in ("dòng 2, cột «old»", "«31/02/2025» không phải là ngày", "cùng tên «c»"))
    assert not [button for button in at.button if button.label == "Ghi bảng này"]
    assert shared.site().store.paper("r2022", "units_map") == before


def test_a_damaged_paper_is_told_and_the_page_stands() -> None:
    store = shared.site().store
    store.save_paper("r2022", CHOICE, '{"series": []}', "Lan", "2026-11-22")
    at = run()
    assert "không đọc được" in said(at)
    store.save_paper("r2022", CHOICE, choice_to_json(Choice()), "Lan", "2026-11-22")
    store.save_paper("r2022", "targets", to_json([Target(series="gone", value=0.5)]), "Lan", "2026-11-22")
    assert "chưa có số liệu" in said(run())


def test_an_approver_reads_the_comparison_and_chooses_nothing(folder: None, monkeypatch: pytest.MonkeyPatch) -> None:
    sits(monkeypatch, "Bình", "approver")
    at = run()
    assert at.title[0].value
    assert not at.button
    assert not at.get("file_uploader")
    sits(monkeypatch, "Lan", "analyst")
    assert run().get("file_uploader")
