"""The result pages: that they show what was computed, both kinds of number, and nobody's markup."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import sample_responses
from analysis.pages.pictures import interval
from analysis.pages.units import honest
from analysis.report.vietnamese import percent
from analysis.scores.evaluate import Evaluation, evaluate_round
from analysis.scores.responses import round_plan
from analysis.scores.satisfaction import Row
from survey.pages import context as shared
from survey.round import Round
from tests.hostile import HOSTILE, REFUSED, kept

ROUND_ID = sample_responses.ROUND_ID


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("desk")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HAILONG_DATA", str(path))
        sample_responses.load_round(shared.context().store)
        yield path
        shared.close()


@pytest.fixture
def round_(folder: Path) -> Round:
    return shared.context().store.round(ROUND_ID)


@pytest.fixture
def evaluation(round_: Round) -> Evaluation:
    store = shared.context().store
    return evaluate_round(
        round_, store.questionnaire(round_.questionnaire), store.responses(round_.id), round_plan(round_)
    )


def results_page() -> None:
    from analysis.pages import results  # noqa: PLC0415  AppTest runs this function's text

    results.show()


def units_page() -> None:
    from analysis.pages import units  # noqa: PLC0415  AppTest runs this function's text

    units.show()


def questions_page() -> None:
    from analysis.pages import questions  # noqa: PLC0415  AppTest runs this function's text

    questions.show()


def download_page() -> None:
    from analysis.pages import download  # noqa: PLC0415  AppTest runs this function's text

    download.show()


def run(page: Callable[[], None]) -> AppTest:
    at = AppTest.from_function(page, default_timeout=60).run()
    assert not at.exception
    return at


def words(at: AppTest) -> str:
    kinds = ("title", "header", "markdown", "caption", "warning", "text")
    return "\n".join(str(part.value) for kind in kinds for part in at.get(kind)).replace("\\", "")


@pytest.mark.parametrize("page", [results_page, units_page, questions_page, download_page])
def test_every_page_names_round_study_synthetic_data_and_whose_the_intervals_are(
    round_: Round, page: Callable[[], None]
) -> None:
    said = words(run(page))
    assert round_.name in said
    assert "Hộ gia đình" in said
    assert "dữ liệu tổng hợp" in said
    assert "không thuộc phương pháp của Bộ Nội vụ" in said
    assert "có quyền số (của công cụ)" in said


def test_both_overall_numbers_stand_side_by_side_the_one_that_counts_first(evaluation: Evaluation) -> None:
    at = run(results_page)
    weighted, plain = (evaluation.result.row("overall", weighted=kind) for kind in (True, False))
    assert [metric.value for metric in at.metric] == [percent(weighted.value), percent(plain.value)]
    assert at.metric[0].label.startswith("Chỉ số hài lòng chung")
    assert interval(weighted) in words(at)


def test_the_tree_shows_every_index_and_item_in_reading_order(evaluation: Evaluation) -> None:
    table = run(results_page).table[0].value
    questionnaire = evaluation.questionnaire
    assert len(table) == 1 + len(questionnaire.index) + len(questionnaire.items())
    assert table["Cấp"].tolist()[:4] == ["Chung", "Khía cạnh", "Yếu tố", "Nội dung"]
    rows = [row for row in evaluation.result.rows if not row.by and row.level != "option"]
    assert sorted(table["Có quyền số"]) == sorted(percent(row.value) for row in rows if row.weighted)
    assert sorted(table["Không quyền số"]) == sorted(percent(row.value) for row in rows if not row.weighted)
    first = questionnaire.items()[0]
    shown = table[table["Chỉ số"].str.replace("\\", "").str.contains(first.label["vi"], regex=False)].iloc[0]
    row = evaluation.result.row(first.name, weighted=True)
    assert (shown["Có quyền số"], shown["Khoảng tin cậy"]) == (percent(row.value), interval(row))


def test_the_choices_in_the_sidebar_change_the_numbers(round_: Round) -> None:
    at = run(results_page)
    before = at.table[0].value["Khoảng tin cậy"].tolist()
    next(box for box in at.sidebar.selectbox if box.label == "Độ tin cậy").set_value(0.99)
    next(box for box in at.sidebar.selectbox if box.label == "Gộp nội dung thành chỉ số").set_value("items")
    at.run()
    assert not at.exception
    store = shared.context().store
    plan = replace(round_plan(round_), level=0.99, mode="items")
    wanted = evaluate_round(round_, store.questionnaire(round_.questionnaire), store.responses(round_.id), plan)
    row = wanted.result.row("overall", weighted=True)
    assert at.metric[0].value == percent(row.value)
    assert at.table[0].value["Khoảng tin cậy"][0] == interval(row) != before[0]


def test_each_level_can_be_drawn(folder: Path) -> None:
    at = run(results_page)
    for level in ("aspect", "item"):
        at.get("button_group")[0].set_value(level)
        at.run()
        assert not at.exception


def test_units_are_ordered_by_their_number_and_small_ones_are_flagged(evaluation: Evaluation) -> None:
    table = run(units_page).table[0].value
    rows = {row.by["unit"]: row for row in evaluation.result.rows if row.id == "overall" and row.weighted and row.by}
    ordered = sorted(rows, key=lambda name: -rows[name].value)
    assert table["Đơn vị"].tolist() == ordered
    assert table.iloc[:, 1].tolist() == [percent(rows[name].value) for name in ordered]
    assert [cell.endswith("⚑") for cell in table["Số phiếu"]] == [rows[name].n < 30 for name in ordered]


def unit(name: str, value: float, low: float, high: float, n: int = 50) -> Row:
    return Row(
        id="overall", level="overall", by={"unit": name}, weighted=True, mode="pooled", value=value, se=0.01, low=low,
        high=high, level_of_confidence=0.95, method="logit", n=n, weighted_n=float(n), df=10, deff=1,
    )  # fmt: skip


def test_overlapping_intervals_are_not_called_a_difference() -> None:
    said = honest([unit("A", 0.8, 0.7, 0.9), unit("B", 0.75, 0.65, 0.85), unit("C", 0.5, 0.4, 0.6)], 0.7)
    assert "A có số cao nhất, nhưng khoảng tin cậy chồng với 1 đơn vị khác (B)" in said[0]
    assert "Thấp hơn mức chung rõ rệt: C." in said
    assert not any("Cao hơn mức chung" in sentence for sentence in said)
    assert said[-1].startswith("2 đơn vị có khoảng tin cậy chứa mức chung")


def test_a_clear_leader_is_called_one() -> None:
    said = honest([unit("A", 0.9, 0.85, 0.95), unit("B", 0.5, 0.4, 0.6)], 0.7)
    assert said == [
        "A cao hơn mọi đơn vị khác, kể cả khi tính đến sai số.",
        "Cao hơn mức chung rõ rệt: A.",
        "Thấp hơn mức chung rõ rệt: B.",
    ]


def test_one_unit_is_compared_with_nobody() -> None:
    assert honest([unit("A", 0.9, 0.85, 0.95)], 0.7) == ["Chỉ có một đơn vị có phiếu nên không so sánh được."]


def test_a_questions_distribution_is_shown_with_counts(evaluation: Evaluation) -> None:
    item = evaluation.questionnaire.items()[0]
    table = run(questions_page).table[0].value
    answers = evaluation.sample.frame[item.name].value_counts()
    assert item.scale is not None
    assert table["Số phiếu"].tolist() == [str(answers.get(option.value, 0)) for option in item.scale.options]
    for option, shown in zip(item.scale.options, table.iloc[:, 2], strict=True):
        assert shown == percent(evaluation.result.row(f"{item.name}={option.value}", weighted=True).value)


def test_every_question_can_be_looked_at(evaluation: Evaluation) -> None:
    at = run(questions_page)
    for question in evaluation.questionnaire.questions():
        if question.kind != "note":
            at.main.selectbox[0].set_value(question.name)
            at.run()
            assert not at.exception, question.name


def test_comments_are_shown_as_plain_text_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAILONG_DATA", str(tmp_path))
    store = shared.context().store
    round_ = sample_responses.load_round(store)
    template = store.responses(round_.id)[0]
    texts = {name: kept(text) for name, text in HOSTILE.items() if name not in REFUSED and kept(text)}
    [comment] = [q for q in store.questionnaire(round_.questionnaire).questions() if q.role == "comment"]
    for number, text in enumerate(texts.values()):
        digest = f"{number:064x}"
        hashes = {"key_hash": digest, "receipt_hash": digest, "commitment": digest}
        store.add(replace(template, id=digest[-32:], answers={comment.name: text}, **hashes))
    at = run(questions_page)
    at.main.selectbox[0].set_value(comment.name)
    at.run()
    assert not at.exception
    shown = {part.value for part in at.text}
    assert set(texts.values()) <= shown
    elsewhere = "\n".join(str(part.value) for kind in ("markdown", "caption") for part in at.get(kind))
    assert "evil.example" not in elsewhere
    assert not any("evil.example" in part.proto.body for part in at.get("html"))
    for page in (results_page, units_page, download_page):
        run(page)


def test_the_report_is_offered_under_the_rounds_name(folder: Path) -> None:
    at = run(download_page)
    [button] = at.get("download_button")
    assert button.proto.label == "Tải báo cáo Excel"
