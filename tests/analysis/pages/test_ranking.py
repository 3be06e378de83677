"""The pages on ranks: sets beside ranks, any pair compared, single officials behind a switch."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from google.protobuf.json_format import MessageToJson
from streamlit.testing.v1 import AppTest

import sample_responses
from analysis.scores.ranking import rank_units
from survey import site as shared
from survey.instruments import load
from survey.round import NOTICE, Place, Round
from survey.words import percent
from tests.analysis.pages.test_pages import words
from tests.analysis.scores.sample395 import sample_evaluation
from tests.survey.desk import sits


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("desk")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HAILONG_DATA", str(path))
        sample_responses.load_round(shared.site().store)
        yield path
        shared.close()


def ranking_page() -> None:
    from analysis.pages import ranking  # noqa: PLC0415  AppTest runs this function's text

    ranking.show()


def unit_page() -> None:
    from analysis.pages import unit  # noqa: PLC0415  AppTest runs this function's text

    unit.show()


def run(page) -> AppTest:
    at = AppTest.from_function(page, default_timeout=60).run()
    assert not at.exception
    return at


def test_the_ranking_page_says_which_districts_cannot_be_told_apart(folder: Path) -> None:
    at = run(ranking_page)
    found = rank_units(sample_evaluation().evaluation, weighted=True)
    said = words(at)
    assert "chưa phân biệt được đơn vị nào với đơn vị nào, hạng thật của mỗi đơn vị có thể là từ 1 đến 11" in said
    assert "ước lượng của công cụ, không phải số công bố" in said
    table = at.table[0].value
    assert table["Hạng (khoảng hạng)"].tolist() == [f"{k} (1–11)" for k in range(1, 12)]
    assert [name.replace("\\", "") for name in table["Đơn vị"]] == [unit.unit for unit in found.units]
    settings = at.table[-1].value
    assert len(settings) == len(found.rules.sources)


def test_any_two_units_can_be_compared(folder: Path) -> None:
    at = run(ranking_page)
    first, second = at.selectbox(key="ranking-unit"), at.selectbox(key="ranking-other")
    assert first.value not in second.options and len(second.options) == 10
    first.set_value("Văn Quan").run()
    at.selectbox(key="ranking-other").set_value("Bắc Sơn").run()
    assert not at.exception
    said = words(at)
    assert "Không đủ căn cứ để kết luận Văn Quan hơn hay kém Bắc Sơn (mức tin cậy 95 %)." in said
    assert "Nếu chỉ xét riêng cặp này, xác suất Văn Quan thật sự hơn Bắc Sơn là" in said


def test_a_part_of_the_index_can_be_ranked_too(folder: Path) -> None:
    at = run(ranking_page)
    before = at.table[0].value["Đơn vị"].tolist()
    made = sample_evaluation().evaluation
    code = made.questionnaire.index[0].code
    at.selectbox(key="ranking-index").set_value(code).run()
    assert not at.exception
    wanted = rank_units(made, weighted=True, id=code)
    shown = at.table[0].value
    assert [name.replace("\\", "") for name in shown["Đơn vị"]] == [unit.unit for unit in wanted.units] != before


def test_the_shrunken_number_stands_beside_the_direct_one(folder: Path) -> None:
    table = run(ranking_page).table[1].value
    best = rank_units(sample_evaluation().evaluation, weighted=True).units[0]
    assert table["Chỉ số co"].tolist()[0] == percent(best.shrunken) != percent(best.value)
    assert percent(best.value) in table.iloc[0].tolist()


def test_a_unit_sees_its_number_its_ranks_and_every_item_but_no_comment(folder: Path) -> None:
    at = run(unit_page)
    at.selectbox(key="unit-name").set_value("Cao Lộc").run()
    assert not at.exception
    made = sample_evaluation().evaluation
    row = made.result.row("overall", weighted=True, by={"unit": "Cao Lộc"})
    ranked = rank_units(made, weighted=True).unit("Cao Lộc")
    assert [metric.value for metric in at.metric] == [
        percent(row.value),
        percent(made.result.row("overall", weighted=True).value),
        f"{ranked.rank} trên 11",
    ]
    said = words(at)
    assert "Hạng thật có thể từ 1 đến 11" in said
    assert "Chưa đủ căn cứ để nói đơn vị này hơn hay kém đơn vị nào trong khối." in said
    assert len(at.table[0].value) == len(made.questionnaire.items())
    comments = [slip.answers["comment"] for slip in sample_responses.slips() if "comment" in slip.answers]
    assert comments and not any(comment in said for comment in comments)
    assert not at.toggle  # nobody is asked who served


def test_a_unit_viewer_reaches_the_own_units_and_no_others(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    others = {unit.unit for unit in rank_units(sample_evaluation().evaluation, weighted=True).units} - {"Cao Lộc"}
    sits(monkeypatch, "Nga", "viewer", ("Cao Lộc", "Đơn vị của đợt khác"))
    at = AppTest.from_function(unit_page, default_timeout=60)
    for name in ("unit-name", "UNV_UNIT", "don-vi"):
        at.query_params[name] = "Văn Quan"
    at.session_state["unit-name"] = "Văn Quan"
    at.run()
    assert not at.exception
    assert at.selectbox(key="unit-name").options == ["Cao Lộc"]
    sent = "\n".join(MessageToJson(node.proto, ensure_ascii=False) for node in at._tree if getattr(node, "proto", None))
    sent += "\n".join(table.value.to_csv() for table in [*at.table, *at.dataframe]) + words(at)
    assert "Cao Lộc" in sent
    assert [name for name in others if name in sent] == []
    sits(monkeypatch, "Nga", "viewer", ("Đơn vị của đợt khác",))
    at = run(unit_page)
    assert not at.metric
    assert "Đơn vị của đợt khác" in at.info[0].value


def test_a_small_unit_shows_nothing(folder: Path) -> None:
    store = shared.site().store
    round_ = store.round(sample_responses.ROUND_ID)
    places = tuple(
        replace(place, unit="Nhỏ" if place.code == round_.places[0].code else place.unit) for place in round_.places
    )
    small = replace(round_, id="small", name="Đợt nhỏ", places=places, margins=(), feeds="unweighted")
    taken = [slip for slip in sample_responses.slips() if slip.place != places[0].code][:60]
    taken += [slip for slip in sample_responses.slips() if slip.place == places[0].code][:9]
    sample_responses.load_slips(store, small, sample_responses.INSTRUMENT, taken, "small")
    at = run(unit_page)
    at.sidebar.selectbox[0].set_value("small").run()
    at.selectbox(key="unit-name").set_value("Nhỏ").run()
    assert not at.exception
    assert not at.metric and not at.table
    assert any("dưới 10 người trả lời nên không hiện số nào" in info.value.replace("\\", "") for info in at.info)


def test_single_officials_are_behind_a_switch_and_only_with_enough_slips(folder: Path) -> None:
    store = shared.site().store
    form = load("one_stop_slip")
    places = tuple(Place(code=f"P{k}", name=f"Quầy {k}", stratum="t", unit="Sở A") for k in range(6))
    round_ = Round(
        id="one-stop", name="Một cửa", questionnaire=form.content_hash(), study="user", opens=date(2022, 1, 1),
        closes=None, languages=("vi",), consent=NOTICE, contact={"vi": "x"}, places=places,
    )  # fmt: skip
    given = []
    for k in range(36):
        answers = {item.name: (item.satisfied if k % 3 else ("1",))[-1] for item in form.items()}
        answers["officer"] = "CC1" if k < 12 else "CC2" if k < 16 else f"X{k}"
        given.append(SimpleNamespace(number=k, place=f"P{k % 6}", answers=answers, day=date(2022, 11, 7)))
    sample_responses.load_slips(store, round_, "one_stop_slip", given, "one-stop")
    at = run(unit_page)
    at.sidebar.selectbox[0].set_value("one-stop").run()
    assert "CC1" not in words(at) + "".join(str(table.value) for table in at.table)
    at.toggle(key="unit-officers").set_value(True).run()
    assert not at.exception
    shown = at.table[-1].value
    assert shown["Mã công chức"].tolist() == ["CC1"]
    assert shown["Số phiếu"].tolist() == ["12"]
    assert "21 mã có dưới 10 phiếu nên không hiện." in words(at)
    everything = words(at) + "".join(str(table.value) for table in at.table)
    assert "CC2" not in everything and "X20" not in everything
