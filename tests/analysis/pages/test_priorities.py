"""The page of priorities: what it says of factors, of points lost and of comments, and a list of words of one's own."""

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import sample_responses
from analysis.scores.scorecard.points import KIND, Entry, Workings, to_json
from analysis.scores.scorecard.reading import shipped
from analysis.scores.theme_file import PAPER
from survey import site as shared
from survey.pages import context
from survey.site import site

ROUND_ID = sample_responses.ROUND_ID


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The sample round; papers that a test adds stay for those after it."""
    path = tmp_path_factory.mktemp("desk")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HAILONG_DATA", str(path))
        patch.setattr(context, "holder", lambda token: "Nga")
        sample_responses.load_round(shared.site().store)
        yield path
        shared.close()


def page() -> None:
    from analysis.pages import priorities  # noqa: PLC0415  AppTest runs this function's text

    priorities.show()


def shown() -> AppTest:
    at = AppTest.from_function(page, default_timeout=60).run()
    assert not at.exception
    return at


def table(at: AppTest, header: str) -> pd.DataFrame:
    """The first table with a column of this name."""
    return next(each.value for each in at.table if header in each.value)


def said(at: AppTest) -> str:
    told = [each.value for each in (*at.markdown, *at.caption, *at.info, *at.warning, *at.success, *at.error)]
    return " ".join(told).replace("\\", "")


def test_the_page_says_no_more_than_the_intervals_allow(folder: Path) -> None:
    """The sample's people answer all items alike, so no factor is called more important."""
    at = shown()
    factors = table(at, "Yếu tố")
    assert len(factors) == 9
    assert set(factors["Kết luận được phép"]) == {"Không đủ căn cứ để kết luận"}
    assert "Không đủ căn cứ để kết luận yếu tố nào vừa quan trọng hơn" in said(at)
    assert "Đi kèm không phải là nguyên nhân" in said(at)
    assert "Chưa có bảng điểm cho đợt này." in said(at)


def test_another_item_can_be_taken_for_the_overall_one(folder: Path) -> None:
    at = shown()
    box = next(box for box in at.selectbox if box.label == "So với")
    box.set_value("q9_27").run()
    assert not at.exception
    assert "chia R² theo LMG/Shapley" in said(at)
    assert len(table(at, "Yếu tố")) == 8  # without its own factor


def test_points_lost_are_told_with_what_would_win_them_back(folder: Path) -> None:
    rules = shipped()["par_index_province_2022"]
    entries = tuple(
        Entry(code=leaf.code, appraised=leaf.max_points / 2) for leaf in rules.leaves() if ".TL" in leaf.code
    )
    workings = Workings(scheme=rules.id, sources={}, entries={rules.id: entries}, peers=())
    site().store.save_paper(ROUND_ID, KIND, to_json(workings), "Nga", "2026-11-22")
    at = shown()
    areas, lines = table(at, "Điểm mất"), table(at, "Muốn lấy lại điểm")
    assert areas["Nội dung"].iloc[0].replace("\\", "").startswith("5. ")  # 15 points, half of its documents
    served = lines[lines["Nội dung"].str.replace("\\", "").str.startswith("8.1. ")].iloc[0]
    assert "câu trả lời" in served["Muốn lấy lại điểm"] and "–" in served["Khoảng tin cậy"]
    assert "không phải dự báo" in said(at)


def test_themes_lead_to_the_comments(folder: Path) -> None:
    at = shown()
    themes = table(at, "Chủ đề").set_index("Chủ đề")
    count = int(themes.loc["Phí, lệ phí, chi phí", "Số ý kiến"])
    next(box for box in at.selectbox if box.label == "Chủ đề").set_value("fees").run()
    assert not at.text
    at.toggle[0].set_value(True).run()
    comments = [text.value for text in at.text]
    assert len(comments) == count > 0
    assert all("phí" in text or "nộp thêm" in text for text in comments)


def test_a_rounds_own_list_of_words_is_kept_and_used_at_once(folder: Path) -> None:
    own = """id = "ta"
version = "2"
source.vi = "Sở"
[[theme]]
id = "x"
label.vi = "Câu hỏi khó"
phrases = ["từ khó hiểu"]
"""
    at = shown()
    at.file_uploader[0].upload("ta.toml", own.encode(), "text/plain").run()
    next(button for button in at.button if button.label == "Dùng danh mục này cho đợt này").click().run()
    assert not at.exception
    assert list(table(at, "Chủ đề")["Chủ đề"]) == ["Câu hỏi khó", "Không thuộc chủ đề nào"]
    assert "Danh mục: ta, bản 2. Sở" in said(at) and "Đã lưu danh mục ta, bản 2." in said(at)


def test_a_list_that_cannot_be_read_is_told_and_can_be_replaced(folder: Path) -> None:
    site().store.save_paper(ROUND_ID, PAPER, json.dumps({"toml": "[["}), "Nga", "2026-11-22")
    at = shown()
    assert "Không đọc được tệp" in said(at)
    assert at.file_uploader
