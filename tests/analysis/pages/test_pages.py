"""The result pages: that they show what was computed, both kinds of number, and nobody's markup."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import sample_responses
from analysis.pages.document_head import about
from analysis.pages.pictures import interval
from analysis.pages.proof import kinds
from analysis.pages.units import honest
from analysis.scores.beside import covers_words, grade_words, study_words
from analysis.scores.differences import Differences, Verdict
from analysis.scores.evaluate import Evaluation, evaluate_round
from analysis.scores.responses import round_plan
from survey import site as shared
from survey.round import Margin, Round
from survey.words import number, percent
from tests.analysis.pages.looking import run, served, words
from tests.hostile import HOSTILE, REFUSED, kept

ROUND_ID = sample_responses.ROUND_ID


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("desk")
    with served(path) as site:
        sample_responses.load_round(site.store)
        yield path


@pytest.fixture
def round_(folder: Path) -> Round:
    return shared.site().store.round(ROUND_ID)


@pytest.fixture
def evaluation(round_: Round) -> Evaluation:
    store = shared.site().store
    return evaluate_round(
        round_, store.questionnaire(round_.questionnaire), store.responses(round_.id), round_plan(round_)
    )


@pytest.mark.parametrize("page", ["results", "units", "questions", "exports"])
def test_every_page_names_round_study_synthetic_data_and_whose_the_intervals_are(round_: Round, page: str) -> None:
    said = words(run(page))
    assert round_.name in said
    assert "Hộ gia đình" in said
    assert "dữ liệu tổng hợp" in said
    assert "không thuộc phương pháp của Bộ Nội vụ" in said
    assert "có quyền số (của công cụ)" in said


def test_what_the_report_says_of_the_round_is_in_the_pages_language(round_: Round) -> None:
    closed = replace(round_, closes=date(2022, 12, 5))
    assert (about(closed).language, about(closed).period) == ("vi", "07/11/2022 – 05/12/2022")
    assert (about(closed, "en").language, about(closed, "en").period) == ("en", "7 Nov 2022 – 5 Dec 2022")
    assert about(round_, "en").period.endswith("not set")


def test_both_overall_numbers_stand_side_by_side_the_one_that_counts_first(evaluation: Evaluation) -> None:
    at = run("results")
    weighted, plain = (evaluation.result.row("overall", weighted=kind) for kind in (True, False))
    assert [metric.value for metric in at.metric] == [percent(weighted.value), percent(plain.value)]
    assert at.metric[0].label.startswith("Chỉ số hài lòng chung")
    assert interval(weighted) in words(at)


def test_the_tree_shows_every_index_and_item_in_reading_order(evaluation: Evaluation) -> None:
    table = run("results").table[0].value
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
    at = run("results")
    before = at.table[0].value["Khoảng tin cậy"].tolist()
    next(box for box in at.sidebar.selectbox if box.label == "Mức tin cậy").set_value(0.99)
    next(box for box in at.sidebar.selectbox if box.label == "Gộp nội dung thành chỉ số").set_value("items")
    at.run()
    assert not at.exception
    store = shared.site().store
    plan = replace(round_plan(round_), level=0.99, mode="items")
    wanted = evaluate_round(round_, store.questionnaire(round_.questionnaire), store.responses(round_.id), plan)
    row = wanted.result.row("overall", weighted=True)
    assert at.metric[0].value == percent(row.value)
    assert at.table[0].value["Khoảng tin cậy"][0] == interval(row) != before[0]


def test_each_level_can_be_drawn(folder: Path) -> None:
    at = run("results")
    for level in ("aspect", "item"):
        at.get("button_group")[0].set_value(level)
        at.run()
        assert not at.exception


def test_units_are_ordered_by_their_number_and_small_ones_are_flagged(evaluation: Evaluation) -> None:
    table = run("units").table[0].value
    rows = {row.by["unit"]: row for row in evaluation.result.rows if row.id == "overall" and row.weighted and row.by}
    ordered = sorted(rows, key=lambda name: -rows[name].value)
    assert table["Đơn vị"].tolist() == ordered
    assert table.iloc[:, 1].tolist() == [percent(rows[name].value) for name in ordered]
    assert table["Độ vững"].tolist() == [grade_words(rows[name].reliability) for name in ordered]
    assert {rows[name].reliability for name in ordered if rows[name].n < 30} == {"unpublishable"}


def test_units_of_a_few_places_are_never_called_higher_or_lower(evaluation: Evaluation) -> None:
    said = words(run("units"))
    assert "Chưa đơn vị nào có số đủ vững" in said
    assert "rõ rệt" not in said
    assert "chênh lệch giữa đơn vị và toàn đợt" in said


def test_what_may_be_said_of_units() -> None:
    verdicts: dict[str, Verdict] = {"A": "unclear", "B": "unclear", "C": "below", "D": "doubtful"}
    said = honest(Differences(verdicts=verdicts, first="A", rivals=("B",)))
    assert "A có số cao nhất trong các đơn vị có số vững, nhưng chưa phân biệt được với 1 đơn vị khác (B)" in said[0]
    assert said[1:] == [
        "Thấp hơn mức chung rõ rệt: C.",
        "2 đơn vị chưa thể nói là khác mức chung: A, B.",
        "1 đơn vị có số chưa vững nên không so sánh: D.",
    ]


def test_a_clear_leader_is_called_one() -> None:
    said = honest(Differences(verdicts={"A": "above", "B": "below"}, first="A", rivals=()))
    assert said == [
        "A cao hơn mọi đơn vị khác, kể cả khi tính đến sai số.",
        "Cao hơn mức chung rõ rệt: A.",
        "Thấp hơn mức chung rõ rệt: B.",
    ]


def test_one_unit_is_compared_with_nobody() -> None:
    alone = Differences(verdicts={"A": "doubtful"}, first=None, rivals=())
    assert honest(alone) == ["Chỉ có một đơn vị có phiếu nên không so sánh được."]
    lonely = Differences(verdicts={"A": "unclear", "B": "doubtful"}, first="A", rivals=())
    assert not any("cao hơn mọi" in sentence for sentence in honest(lonely))


def test_the_same_may_be_said_in_english() -> None:
    verdicts: dict[str, Verdict] = dict.fromkeys("BCDEFG", "below") | {"A": "above"}
    said = honest(Differences(verdicts=verdicts, first="A", rivals=()), "en")
    assert said == [
        "A is higher than every other unit, also when errors are taken into account.",
        "Clearly above everybody together: A.",
        "Clearly below everybody together: B, C, D, E, F and 1 more.",
    ]


def test_an_interval_that_is_not_known_is_one_dash_or_said(evaluation: Evaluation) -> None:
    row = evaluation.result.row("overall", weighted=True)
    nan = float("nan")
    assert interval(replace(row, low=nan, high=nan)) == "chưa tính được"
    assert interval(replace(row, low=0.725, high=0.757), "en") == "72.50 – 75.70%"
    assert interval(replace(row, value=nan, low=nan, high=nan)) == "–"


@pytest.mark.parametrize("page", ["results", "units", "questions"])
def test_what_figures_rest_on_stands_by_them_with_whose_rules_label_them(evaluation: Evaluation, page: str) -> None:
    at = run(page)
    figures, proof = at.table[0].value, at.table[1].value
    assert len(figures) == len(proof)
    assert {"Số phiếu", "Độ vững"} <= set(figures.columns)
    assert list(proof.columns[1:]) == ["Độ vững và lý do", "Số phiếu", "Cỡ mẫu hiệu quả", "Hệ số thiết kế", "Bậc tự do"]
    assert evaluation.rules.id in words(at) and "không phải quy định của pháp luật" in words(at)


def test_a_doubtful_unit_gets_its_reasons(evaluation: Evaluation) -> None:
    proof = run("units").table[1].value.set_index("Đơn vị")
    row = evaluation.result.row("overall", weighted=True, by={"unit": "Văn Quan"})
    assert proof.loc["Văn Quan", "Độ vững và lý do"].startswith("chưa nên công bố: chỉ 28 người trả lời")
    assert proof.loc["Văn Quan", "Cỡ mẫu hiệu quả"] == number(row.n_eff)


def test_how_people_were_chosen_stands_at_the_head_and_can_be_said(folder: Path) -> None:
    at = run("results")
    assert study_words("probability") in words(at) and covers_words("probability") in words(at)
    next(box for box in at.sidebar.selectbox if box.label == "Cách chọn người trả lời").set_value("volunteer")
    at.run()
    assert not at.exception
    assert study_words("volunteer") in words(at) and covers_words("volunteer") in words(at)


def test_margins_that_cannot_be_met_yet_are_told_in_words_and_no_weights_are_claimed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HAILONG_DATA", str(tmp_path))
    store = shared.site().store
    round_ = sample_responses.load_round(store)
    margins = (Margin(variable="sex", level="1", total=1000.0), Margin(variable="sex", level="2", total=1000.0))
    bare = replace(round_, margins=margins, places=(), feeds="weighted")
    men = [slip for slip in store.responses(round_.id) if slip.answers.get("sex") == "1"]
    found = evaluate_round(bare, store.questionnaire(round_.questionnaire), men, round_plan(bare))
    codes = [warning.code for warning in found.warnings]
    assert "EVA_NOT_ADJUSTED" in codes and "EVA_NO_MARGINS" not in codes
    assert "«2 (Nữ)»" in found.warnings[0].say() and "1000.0" not in found.warnings[0].say()
    assert kinds(found)[True].startswith("Chưa có quyền số")
    assert kinds(replace(found, plan=replace(found.plan, weight="base_weight")))[True].startswith("Quyền số gốc")


def test_a_questions_distribution_is_shown_with_counts(evaluation: Evaluation) -> None:
    item = evaluation.questionnaire.items()[0]
    table = run("questions").table[0].value
    answers = evaluation.sample.frame[item.name].value_counts()
    assert item.scale is not None
    assert table["Số người chọn"].tolist() == [str(answers.get(option.value, 0)) for option in item.scale.options]
    for option, shown in zip(item.scale.options, table.iloc[:, 2], strict=True):
        assert shown == percent(evaluation.result.row(f"{item.name}={option.value}", weighted=True).value)


@pytest.mark.slow
def test_every_question_can_be_looked_at(evaluation: Evaluation) -> None:
    at = run("questions")
    for question in evaluation.questionnaire.questions():
        if question.kind != "note":
            at.main.selectbox[0].set_value(question.name)
            at.run()
            assert not at.exception, question.name


def test_comments_are_shown_as_plain_text_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAILONG_DATA", str(tmp_path))
    store = shared.site().store
    round_ = sample_responses.load_round(store)
    template = store.responses(round_.id)[0]
    texts = {name: kept(text) for name, text in HOSTILE.items() if name not in REFUSED and kept(text)}
    [comment] = [q for q in store.questionnaire(round_.questionnaire).questions() if q.role == "comment"]
    for place, text in enumerate(texts.values()):
        digest = f"{place:064x}"
        hashes = {"key_hash": digest, "receipt_hash": digest, "commitment": digest}
        store.add(replace(template, id=digest[-32:], answers={comment.name: text}, **hashes))
    at = run("questions")
    at.main.selectbox[0].set_value(comment.name)
    at.run()
    assert not at.exception
    shown = {part.value for part in at.text}
    assert set(texts.values()) <= shown
    elsewhere = "\n".join(str(part.value) for kind in ("markdown", "caption") for part in at.get(kind))
    assert "evil.example" not in elsewhere
    assert not any("evil.example" in part.proto.body for part in at.get("html"))
    for page in ("results", "units", "exports"):
        run(page)


def test_the_report_is_offered_under_the_rounds_name(folder: Path) -> None:
    at = run("exports")
    labels = [button.proto.label for button in at.get("download_button")]
    assert labels[1:3] == ["Tải về: Báo cáo Excel", "Tải về: Phụ lục Word"]
