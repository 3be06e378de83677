"""The progress page: against plan and calendar, with a forecast, from no slip at all to many."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from analysis.report.progress_table import reminder_list
from analysis.scores.progress import Standing
from survey import site as shared
from survey.clock import now, today
from survey.life import advance
from survey.pages import context
from survey.round import Place
from survey.site import Site
from tests.analysis.pages.looking import run, words
from tests.survey.builders import QUESTIONNAIRE, ROUND
from tests.survey.proof.slips import slip

PLACES = (
    Place(code="P01", name="Xã A", stratum="Huyện 1", unit="U1", wanted=40),
    Place(code="P02", name="Xã B", stratum="Huyện 2", unit="U2", wanted=40),
)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Site]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HAILONG_DATA", str(tmp_path))
        patch.setattr(context, "holder", lambda token: "Nga")
        made = shared.site()
        made.store.add_questionnaire(QUESTIONNAIRE, b"")
        day = today()
        made.store.save_round(
            replace(ROUND, places=PLACES, opens=day - timedelta(days=10), closes=day + timedelta(days=9), invited={})
        )
        yield made
        shared.close()


def test_a_round_without_a_slip_says_what_it_can(here: Site) -> None:
    at = run("progress")
    assert at.metric[0].value == "0"
    assert at.table[0].value["Đơn vị"].tolist() == ["U1", "U2"]
    assert at.table[0].value["Lẽ ra đã có"].tolist() == ["20", "20"]


def test_units_strata_channels_codes_and_the_forecast(here: Site) -> None:
    for number in range(30):
        day = (today() - timedelta(days=number % 7 + 1)).isoformat()
        here.store.add(slip(number, day=day, place="P01" if number else "P02"))
    here.store.add_invitations(ROUND.id, {"a": "P01", "b": "P01", "c": None})
    at = run("progress")
    said = words(at)
    assert "Nếu 10 ngày còn lại (kể cả hôm nay) diễn ra như 7 ngày vừa qua, trung bình 4,3 phiếu mỗi ngày" in said
    assert "có khoảng 73 phiếu" in said and "Kế hoạch 80 phiếu: với nhịp này chưa chắc đạt." in said
    assert "Dự báo của công cụ, không phải số công bố" in said
    late, everybody, codes = (each.value for each in at.table)
    assert late["Đơn vị"].tolist() == ["U2"] and late["Còn thiếu"].tolist() == ["39"]
    assert everybody["Đã nhận"].tolist() == ["29", "1"] and everybody["Đạt kế hoạch"].tolist() == ["72,50 %", "2,50 %"]
    assert codes.values.tolist() == [["U1", "2", "0", "0,00 %"], ["Không rõ địa bàn", "1", "0", "0,00 %"]]
    at.segmented_control(key="progress-view").set_value("CHANNEL").run()
    assert at.table[1].value.values.tolist() == [["Đường dẫn riêng", "30", "100,00 %"]]
    at.segmented_control(key="progress-view").set_value("STRATUM").run()
    assert at.table[1].value["Tầng"].tolist() == ["Huyện 1", "Huyện 2"]


def test_a_round_that_was_closed_today_has_no_forecast_and_nobody_to_remind(here: Site) -> None:
    advance(here.store, here.store.round(ROUND.id), "closed", "Nga", today())
    at = run("progress")
    assert "các số dưới đây là số cuối cùng" in at.info[0].value.replace("\\", "")
    assert "Đơn vị cần nhắc" not in words(at)


def test_the_list_of_reminders_is_a_workbook_with_numbers() -> None:
    found = (Standing(name="=U1", received=3, wanted=30, invited=None, due=10.4),)
    moment = now().replace(tzinfo=None, microsecond=0)
    sheet = load_workbook(BytesIO(reminder_list(found, "Đợt thử", "vi", moment))).active
    assert sheet is not None
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    head = next(place for place, row in enumerate(rows) if row[0] == "Đơn vị")
    assert rows[head + 1][:6] == ["=U1", 3, 30, 10, 27, "–"]
