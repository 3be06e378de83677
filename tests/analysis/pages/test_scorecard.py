"""The pages about points: what they show is the card, a trial keeps nothing, and what is kept comes back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import sample_responses
from analysis.pages import inspection as inspection_module
from analysis.pages import scorecard_rules as rules_module
from analysis.pages import scored as scored_module
from analysis.scores.evaluate import evaluate_round
from analysis.scores.responses import round_plan
from analysis.scores.scorecard import inspection, points
from analysis.scores.scorecard.card import Scorecard
from analysis.scores.scorecard.inspection import Finding
from analysis.scores.scorecard.of_round import scorecards_of_round
from analysis.scores.scorecard.points import Workings
from survey import site as shared
from survey.errors import word
from survey.words import number, percent
from tests.analysis.scores.scorecard.cards import PEERS, PUBLISHED, entries

ROUND_ID = sample_responses.ROUND_ID
SCHEME = "par_index_province_2022"
WORKINGS = Workings(scheme=SCHEME, entries={SCHEME: entries(PUBLISHED)}, peers=PEERS, own="Lạng Sơn")
LATE = Finding(
    number="01", agency="Sở Y tế", text="Hồ sơ trễ", due=date(2020, 1, 31), criterion="3.TL", effect="contest"
)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("desk")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HAILONG_DATA", str(path))
        sample_responses.load_round(shared.site().store)
        yield path
        shared.close()


@pytest.fixture(autouse=True)
def somebody(loaded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (scored_module, rules_module, inspection_module):
        monkeypatch.setattr(module, "person", lambda: "Cán bộ thử")


def keep(kind: str, content: str) -> None:
    shared.site().store.save_paper(ROUND_ID, kind, content, "thử", "2026-03-05")


def scorecard_page() -> None:
    from analysis.pages import scorecard  # noqa: PLC0415  AppTest runs this function's text

    scorecard.show()


def inspection_page() -> None:
    from analysis.pages import inspection  # noqa: PLC0415  AppTest runs this function's text

    inspection.show()


def shown(at: AppTest) -> str:
    assert not at.exception
    elements = (*at.markdown, *at.caption, *at.info, *at.warning, *at.success, *at.error)
    return "\n".join(str(element.value) for element in elements).replace("\\", "")


def metrics(at: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in at.metric}


def kept_cards() -> tuple[Scorecard, ...]:
    store = shared.site().store
    round_ = store.round(ROUND_ID)
    found = evaluate_round(
        round_, store.questionnaire(round_.questionnaire), store.responses(ROUND_ID), round_plan(round_)
    )
    return scorecards_of_round(store, round_, found)


def test_before_anything_is_entered_the_survey_alone_is_scored_and_called_provisional() -> None:
    at = AppTest.from_function(scorecard_page, default_timeout=60).run()
    told = shown(at)
    assert kept_cards() == ()
    assert word("SCR_INDEX_PROVISIONAL") in metrics(at)
    assert "Kết quả tạm tính: 18 dòng" in told
    assert word("SCR_NOT_KEPT_YET") in told


def test_the_published_figures_are_shown_with_band_and_rank() -> None:
    keep(points.KIND, points.to_json(WORKINGS))
    at = AppTest.from_function(scorecard_page, default_timeout=60).run()
    assert "Nhóm B" in metrics(at).values()
    assert metrics(at)[word("SCR_COL_INDEX")] == "81,45 %"
    assert metrics(at)[word("SCR_RANK")] == "54/63"
    assert metrics(at)["Điều tra xã hội học"] == "16,40"
    assert "trên 22,00 điểm" in shown(at)
    assert "Cần thêm 8,55 điểm để đạt mức «Nhóm A»." in shown(at)
    [card] = kept_cards()
    assert card.index == pytest.approx(0.8145)


def test_a_trial_moves_index_and_rank_and_keeps_nothing() -> None:
    keep(points.KIND, points.to_json(WORKINGS))
    before = shared.site().store.paper(ROUND_ID, points.KIND)
    at = AppTest.from_function(scorecard_page, default_timeout=60).run()
    at.multiselect[0].set_value(["7.TL"]).run()
    at.slider[0].set_value(9.1).run()
    shown(at)
    table = at.table[-1].value
    # 9,1 - 6,22 = 2,88 more: 84,33 %, which 53 - 28 = 25 provinces (0,844 … 0,868) still exceed.
    assert list(table[word("SCR_COL_INDEX")]) == ["81,45 %", percent(0.8433)]
    assert list(table[word("SCR_RANK")]) == ["54/63", "26/63"]
    assert shared.site().store.paper(ROUND_ID, points.KIND) == before


def test_one_line_is_edited_and_kept_as_a_new_revision() -> None:
    keep(points.KIND, points.to_json(WORKINGS))
    at = AppTest.from_function(scorecard_page, default_timeout=60).run()
    at.selectbox(key="entry-line").set_value("1.TL").run()
    [appraised] = [each for each in at.number_input if each.label == word("SCR_COL_APPRAISED")]
    appraised.set_value(7.0)
    press(at, "SCR_KEEP_LINE")
    assert word("SCR_SAVED") in shown(at)
    paper = shared.site().store.paper(ROUND_ID, points.KIND)
    assert paper is not None
    [entry] = [each for each in points.from_json(paper.content).of(SCHEME) if each.code == "1.TL"]
    assert entry.appraised == 7.0
    assert kept_cards()[0].index == pytest.approx(0.8145 + 0.005)
    assert number(0.5) == "1"  # half up, as everywhere


def test_a_line_that_does_not_apply_needs_its_reason() -> None:
    keep(points.KIND, points.to_json(WORKINGS))
    at = AppTest.from_function(scorecard_page, default_timeout=60).run()
    [applies] = [each for each in at.checkbox if each.label == word("SCR_APPLIES")]
    applies.set_value(False)
    press(at, "SCR_KEEP_LINE")
    assert word("SCR_WHY_NOT") in shown(at)
    assert kept_cards()[0].complete and kept_cards()[0].max_points == pytest.approx(100)


def test_what_somebody_else_kept_meanwhile_is_not_overwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    keep(points.KIND, points.to_json(WORKINGS))
    at = AppTest.from_function(scorecard_page, default_timeout=60).run()
    at.selectbox(key="entry-line").set_value("2.TL").run()
    theirs = replace(WORKINGS, own="")
    original = scored_module.Scored.keep

    def late(self: scored_module.Scored, workings: Workings) -> None:
        keep(points.KIND, points.to_json(theirs))
        original(self, workings)

    monkeypatch.setattr(scored_module.Scored, "keep", late)
    [appraised] = [each for each in at.number_input if each.label == word("SCR_COL_APPRAISED")]
    appraised.set_value(1.0)
    press(at, "SCR_KEEP_LINE")
    assert word("STO_PAPER_MOVED") in shown(at)
    paper = shared.site().store.paper(ROUND_ID, points.KIND)
    assert paper is not None and points.from_json(paper.content) == theirs


def test_overdue_findings_are_told_and_a_contest_marks_the_line() -> None:
    keep(points.KIND, points.to_json(WORKINGS))
    done = replace(LATE, number="02", state="done", criterion="", effect="none")
    keep(inspection.KIND, inspection.to_json((done, LATE)))
    at = AppTest.from_function(inspection_page, default_timeout=60).run()
    assert "1 kiến nghị đã quá hạn" in shown(at)
    table = at.table[0].value
    assert [each.replace("\\", "")[:3] for each in table[word("INS_COL_TEXT")]] == ["01.", "02."]
    assert "quá hạn" in table[word("INS_COL_DUE")].iloc[0] and "quá hạn" not in table[word("INS_COL_DUE")].iloc[1]
    at = AppTest.from_function(scorecard_page, default_timeout=60).run()
    assert "Đoàn kiểm tra chưa chấp nhận điểm của: 3.TL" in shown(at)


@pytest.mark.slow
def test_the_state_of_a_finding_is_kept() -> None:
    keep(inspection.KIND, inspection.to_json((LATE,)))
    at = AppTest.from_function(inspection_page, default_timeout=60).run()
    [state] = [each for each in at.selectbox if each.label == word("INS_COL_STATE")]
    state.set_value("done")
    press(at, "INS_KEEP_ONE")
    assert word("INS_SAVED") in shown(at)
    paper = shared.site().store.paper(ROUND_ID, inspection.KIND)
    assert paper is not None and inspection.from_json(paper.content)[0].state == "done"


@pytest.mark.slow
def test_an_edited_grade_names_its_decision_and_the_tools_own_come_back() -> None:
    keep(points.KIND, points.to_json(WORKINGS))
    at = AppTest.from_function(scorecard_page, default_timeout=60).run()
    at.get("button_group")[0].set_value("CRITERIA").run()
    edges = [each for each in at.number_input if each.label.endswith("chỉ số từ (%)")]
    assert [edge.value for edge in edges] == [90, 80, 70, 0]
    edges[1].set_value(82.0)
    press(at, "SCR_KEEP_BANDS")
    assert word("SCR_BAND_WHY") in shown(at)
    next(each for each in at.text_input if each.label == word("SCR_BAND_DECISION")).set_value("QĐ 1/QĐ-UBND")
    press(at, "SCR_KEEP_BANDS")
    assert "Nhóm C" in metrics(at).values()
    [card] = kept_cards()
    assert card.band is not None and card.band.label["vi"] == "Nhóm C"
    assert [band.mark for band in card.scheme.bands] == ["P", "V", "?", "?"]
    assert card.scheme.version.startswith("sửa ngày")
    press(at, "SCR_BACK")
    assert kept_cards()[0].scheme.version == "2022.1"


def press(at: AppTest, code: str) -> None:
    next(each for each in at.button if each.label == word(code)).click().run()
