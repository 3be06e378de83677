"""The page about dossiers: looks first, keeps when told, shows what does not add up, names every fault."""

from collections.abc import Iterator
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from analysis.pages import dossiers
from analysis.scores.dossiers import dossiers_of_round
from survey import site as shared
from survey.instruments import load, workbook_bytes
from survey.round import NOTICE, Round

CONTENT = (
    "Đơn vị;Kỳ;Tiếp nhận;Trực tiếp;BCCI;Trực tuyến;Đã giải quyết;Đúng hạn;Trễ hạn;Đang giải quyết;Trễ do: chờ;Màu\n"
    "Sở *A*;1;561.578;358.294;183.202;20.091;549.113;538.008;11.105;12.465;11.105;x\n"
    "Sở B;2;0;0;0;0;0;0;0;0;0;\n"
)


@pytest.fixture(scope="module")
def round_id(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HAILONG_DATA", str(tmp_path_factory.mktemp("desk")))
        store = shared.site().store
        questionnaire = load("one_stop_slip")
        store.add_questionnaire(questionnaire, workbook_bytes("one_stop_slip"))
        store.save_round(
            Round(
                id="r",
                name="R",
                questionnaire=questionnaire.content_hash(),
                study=questionnaire.study,
                opens=date(2022, 1, 1),
                closes=None,
                languages=("vi",),
                consent=NOTICE,
                contact={"vi": "A"},
            )
        )
        yield "r"
        shared.close()


@pytest.fixture(autouse=True)
def signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dossiers, "person", lambda: "Lan")


def page() -> None:
    from analysis.pages import dossiers  # noqa: PLC0415  AppTest runs this function's text

    dossiers.show()


def run(content: str | None = None) -> AppTest:
    at = AppTest.from_function(page, default_timeout=60).run()
    if content is not None:
        at.file_uploader[0].set_value(("ho-so.csv", content.encode(), "text/csv")).run()
    assert not at.exception
    return at


def told(at: AppTest) -> str:
    kinds = (at.warning, at.success, at.info, at.error, at.caption, at.markdown, at.header, at.subheader)
    return "\n".join(element.value for kind in kinds for element in kind).replace("\\", "")


def test_without_a_table_it_says_so(round_id: str) -> None:
    assert "chưa có bảng hồ sơ" in told(run())


def test_a_file_with_faults_is_told_whole_and_nothing_is_kept(round_id: str) -> None:
    at = run("Đơn vị;Tiếp nhận\nA;2.000\nB;-1\n")
    assert "dòng 2, cột «Tiếp nhận»" in told(at) and "dòng 3, cột «Tiếp nhận»" in told(at)
    assert not [button for button in at.button if "Lưu" in button.label]
    assert dossiers_of_round(shared.site().store, round_id) is None


def test_it_is_looked_at_first_and_kept_when_told(round_id: str) -> None:
    at = run(CONTENT)
    assert "trực tiếp + bưu chính + trực tuyến là 561.587" in told(at) and "Màu" in told(at)
    assert dossiers_of_round(shared.site().store, round_id) is None
    [keep] = [button for button in at.button if "Lưu" in button.label]
    keep.click().run()
    assert not at.exception
    kept = dossiers_of_round(shared.site().store, round_id)
    assert kept is not None and kept.units == ("Sở *A*", "Sở B")
    at = run()
    assert "ho-so.csv" in told(at) and "Lan" in told(at)
    tables = [table.value for table in at.table]
    every = tables[0].iloc[0]
    assert every["Tỷ lệ đúng hạn"] == "97,98 %" and every["Tiếp nhận trong kỳ"] == "561.578"
    nothing = tables[0].iloc[2]
    assert nothing["Tỷ lệ đúng hạn"] == "–"
    assert list(tables[0]["Đơn vị"])[1] == r"Sở \*A\*"
    assert list(tables[1]["Kỳ"]) == ["1", "2"]


def test_the_indices_name_their_rules(round_id: str) -> None:
    at = run("Đơn vị;Đã giải quyết;Đúng hạn;Đang giải quyết;Đang giải quyết, đã quá hạn\nA;80;70;20;5\n")
    assert at.table[1].value.iloc[1]["2.1 Hồ sơ xử lý đúng hạn (QĐ 766)"] == "85,00 %"
    assert "dossiers/qd-766-2022 v1" in told(at) and "không trộn với SIPAS" in told(at)
