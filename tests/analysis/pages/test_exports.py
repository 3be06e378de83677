"""The export centre: every file with its button, a look inside each, own templates, large rounds, the public file."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from streamlit.testing.v1 import AppTest

import sample_responses
from analysis.pages.document_head import about
from analysis.report import detach
from analysis.report.files import SUFFIXES
from survey import site as shared
from survey.store import Checkpoint


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("exports")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HAILONG_DATA", str(path))
        sample_responses.load_round(shared.site().store)
        yield path
        shared.close()


def page() -> None:
    from analysis.pages import exports  # noqa: PLC0415  AppTest runs this function's text

    exports.show()


@pytest.fixture
def at(folder: Path) -> AppTest:
    made = AppTest.from_function(page, default_timeout=120).run()
    assert not made.exception
    return made


def said(at: AppTest) -> str:
    kinds = ("title", "header", "markdown", "caption", "warning", "error", "text")
    return "\n".join(str(part.value) for kind in kinds for part in at.get(kind)).replace("\\", "")


def labels(at: AppTest) -> list[str]:
    return [button.proto.label for button in at.get("download_button")]


def test_every_file_has_a_button_of_its_own_name(at: AppTest) -> None:
    offered = [label for label in labels(at) if label.startswith("Tải về: ")]
    assert len(offered) == len(set(offered)) == len(SUFFIXES) - 1
    assert "Tải mẫu có sẵn" in labels(at)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("workbook", "trang tính"),
        ("word", "Kết quả chung"),
        ("spss", ""),
        ("csv", "Chỉ hiện phần đầu"),
        ("codebook", "Sổ mã hóa"),
    ],
)
def test_each_file_can_be_looked_into(at: AppTest, kind: str, told: str) -> None:
    at.main.selectbox(key="exports-preview").set_value(kind)
    at.run()
    assert not at.exception
    assert told in said(at) and (kind == "word" or at.table)


def test_a_sheet_of_the_workbook_can_be_chosen_and_shows_what_it_holds(at: AppTest) -> None:
    at.main.selectbox(key="exports-preview").set_value("workbook")
    at.run()
    at.main.selectbox(key="exports-sheet").set_value("06 Theo đơn vị, xếp hạng")
    at.run()
    assert not at.exception
    assert at.table[0].value["Đơn vị"].tolist()[:2] == ["Bắc Sơn", "Bình Gia"]


def test_the_offices_that_were_written_stand_on_the_documents(at: AppTest) -> None:
    at.text_input(key="exports-agency").set_value("Sở Nội vụ *A*")
    at.main.selectbox(key="exports-preview").set_value("word")
    at.run()
    assert not at.exception
    assert "SỞ NỘI VỤ *A*" in said(at)


def _template(text: str) -> bytes:
    document, target = Document(), io.BytesIO()
    document.add_paragraph(text)
    document.save(target)
    return target.getvalue()


def test_an_own_template_is_tried_first_and_its_faults_are_told(at: AppTest) -> None:
    at.get("file_uploader")[0].upload("mau.docx", _template("{{ co_quan }}"), "application/x").run()
    assert "Tải về: Phụ lục Word" not in labels(at)
    at.button(key="make-word").click().run()
    assert "co_quan" in said(at) and "agency" in said(at)
    assert "Tải về: Phụ lục Word" not in labels(at)


def test_a_good_own_template_is_filled_and_handed_out(at: AppTest) -> None:
    at.get("file_uploader")[0].upload("mau.docx", _template("{{ title }}"), "application/x").run()
    at.button(key="make-word").click().run()
    assert not at.exception
    assert "Tải về: Phụ lục Word" in labels(at)


def test_a_large_round_is_made_first_and_its_slips_have_their_own_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detach, "LIVE_MOST", 300)
    at = AppTest.from_function(page, default_timeout=120).run()
    assert not [label for label in labels(at) if label.startswith("Tải về: ")]
    at.button(key="make-answers").click().run()
    assert not at.exception
    assert [label for label in labels(at) if label.startswith("Tải về: ")] == ["Tải về: Phiếu (Excel, tệp riêng)"]


def test_the_file_for_the_public_comes_with_its_warnings(at: AppTest) -> None:
    assert "Tải về: Tệp công bố (Excel)" not in labels(at)
    at.toggle(key="exports-public").set_value(True).run()
    assert not at.exception
    assert "Tải về: Tệp công bố (Excel)" in labels(at)
    assert at.warning


def test_the_report_names_the_last_closing_of_the_rounds_ledger(folder: Path) -> None:
    store = shared.site().store
    round_ = store.round(sample_responses.ROUND_ID)
    assert about(round_).checkpoint is None
    closed = Checkpoint(round_id=round_.id, through="2022-12-02", size=395, root="ab" * 32, note="x")
    store.add_checkpoint(closed)
    assert about(round_).checkpoint == closed
