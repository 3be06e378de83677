"""The guided page as an analyst uses it: from nothing to an open round, stopped and taken up again on the way."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analysis.pages import setup, setup_draw, setup_open, setup_size, setup_study
from analysis.setup import drawing, frame
from analysis.setup.plan import kept_plan
from survey import access
from survey import site as shared
from survey.errors import word
from survey.life import advance, history
from survey.pages import context
from survey.round import Desk, Margin
from survey.unit_office import keep_units
from survey.units import Registry, Unit
from tests.analysis.pages.looking import run, served
from tests.analysis.setup.frames import VILLAGES


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[shared.Site]:
    """An empty installation, and somebody who is signed in."""
    for page in (context, setup, setup_study, setup_size, setup_draw, setup_open):
        monkeypatch.setattr(page, "person", lambda: "Lan")
    monkeypatch.setattr(access, "role_of", lambda *_: "analyst")
    with served(tmp_path / "data") as site:
        yield site


def press(at: AppTest, code: str) -> AppTest:
    at = next(button for button in at.button if button.label == word(code)).click().run()
    assert not at.exception, at.exception
    return at


def begun() -> AppTest:
    at = run("setup")
    at.text_input(key="setup-new-name").set_value("Khảo sát thử 2026")
    at.text_input(key="setup-new-id").set_value("thu-2026")
    return press(at.run(), "SET_BEGIN")


def go(at: AppTest, step: str) -> AppTest:
    at = at.radio(key="setup-step").set_value(step).run()
    assert not at.exception, at.exception
    return at


def test_a_round_is_set_up_drawn_and_opened_and_nothing_typed_is_lost_on_the_way(here: shared.Site) -> None:
    at = begun()
    assert here.store.round("thu-2026").state == "draft"
    at = go(at, "when")
    at.text_input(key="setup-thu-2026-contact").set_value("Sở Nội vụ, 0205 000 000").run()
    assert here.store.round("thu-2026").contact == {"vi": "Sở Nội vụ, 0205 000 000"}

    at = go(run("setup"), "places")  # another visit: the draft is offered, and chosen
    at.number_input(key="setup-thu-2026-least").set_value(30).run()
    here.store.save_paper("thu-2026", frame.PAPER, frame.to_json(frames()), "Lan", "2026-11-22")
    at = go(at, "size")
    said = [table.value.values.tolist() for table in at.table]
    # N = 6480: 6480 / (1 + 6480 * 0.0025) = 376.7; Cochran 384.15 / (1 + 383.15/6480) = 362.7.
    assert [row[1] for row in said[0][:2]] == ["377 (419)", "363 (404)"]  # at 90 % responses
    at = at.number_input(key="setup-thu-2026-answers").set_value(300).run()
    assert "ít hơn mọi công thức ở trên (ít nhất 363)" in at.warning[0].value.replace("\\", "")
    assert kept_plan(here.store, "thu-2026").answers == 300

    at = go(at, "draw")
    assert word("SET_DRAW_DO") not in [button.label for button in at.button]  # without a seed nothing is drawn
    at = at.number_input(key="setup-thu-2026-draw-seed").set_value(20261122).run()
    at = press(at, "SET_DRAW_DO")
    places = here.store.round("thu-2026").places
    assert sum(place.wanted for place in places) == 300
    assert sum(place.weight * place.wanted for place in places) == pytest.approx(6480, rel=1e-5)
    assert here.store.round("thu-2026").feeds == "weighted"

    # A plan that changes after the draw must be drawn again.
    at = go(at.number_input(key="setup-thu-2026-draw-seed").set_value(2).run(), "open")
    assert "đổi sau khi rút mẫu" in at.error[0].value
    at = go(at, "draw").number_input(key="setup-thu-2026-draw-seed").set_value(20261122).run()
    at = go(at.radio(key="setup-thu-2026-draw-rated").set_value("stratum").run(), "open")
    assert "đổi sau khi rút mẫu" in at.error[0].value
    at = go(at, "draw").radio(key="setup-thu-2026-draw-rated").set_value("unit").run()

    margin = Margin(variable="sex", level="2", total=27900)
    here.store.save_round(replace(here.store.round("thu-2026"), margins=(margin,)))
    at = go(at, "open")
    assert "2 (Nữ): 27.900" in str(at.table[0].value.values.tolist()).replace("\\", "")
    at = press(at, "SET_OPEN_DO")
    opened = here.store.round("thu-2026")
    assert (opened.state, opened.least, opened.places) == ("open", 30, places)
    assert [(each.to, each.actor) for each in history(here.store, "thu-2026")] == [("draft", "Lan"), ("open", "Lan")]
    assert word("SET_OPENED", name="Khảo sát thử 2026") in [each.value.replace("\\", "") for each in at.success]
    assert here.store.paper("thu-2026", drawing.PAPER) is not None


def test_what_is_typed_last_is_kept_although_it_comes_with_the_press_that_leaves_the_step(here: shared.Site) -> None:
    at = go(begun(), "when")
    at.text_input(key="setup-thu-2026-contact").set_value("Sở Nội vụ")  # not sent on its own, as in a browser
    on = next(button for button in at.button if button.label == word("SET_ON"))
    at = on.click().run()
    assert not at.exception
    assert here.store.round("thu-2026").contact == {"vi": "Sở Nội vụ"}
    assert word("SET_LEAST") in [box.label for box in at.number_input]  # and the next step is there


def frames() -> frame.Frame:
    from tests.analysis.setup.frames import frame as made  # noqa: PLC0415  the module's name is taken here

    return made(VILLAGES)


def test_what_is_missing_is_told_before_opening_and_a_draft_can_be_given_up(here: shared.Site) -> None:
    at = go(begun(), "open")
    told = at.error[0].value.replace("\\", "")
    assert "nơi liên hệ" in told
    assert "chưa có nơi khảo sát" in told
    assert word("SET_OPEN_DO") not in [button.label for button in at.button]
    at = press(at, "SET_GIVE_UP_DO")
    assert here.store.round("thu-2026").state == "archived"
    assert at.text_input(key="setup-new-name").value == ""


def test_a_draft_that_was_given_up_elsewhere_meanwhile_is_told(here: shared.Site) -> None:
    at = begun()
    advance(here.store, here.store.round("thu-2026"), "archived", "An", date(2026, 11, 22))
    at = press(at, "SET_GIVE_UP_DO")
    assert "đã lưu trữ" in at.error[0].value


def test_a_draft_that_is_renamed_stays_and_never_loses_its_name(here: shared.Site) -> None:
    at = begun()
    at = go(go(at.text_input(key="setup-thu-2026-name").set_value("Tên ba").run(), "when"), "study")
    assert at.text_input(key="setup-thu-2026-name").value == here.store.round("thu-2026").name == "Tên ba"
    at = at.text_input(key="setup-thu-2026-name").set_value(" ").run()
    assert at.error[0].value.replace("\\", "") == word("RND_NO_NAME")
    assert here.store.round("thu-2026").name == "Tên ba"


def test_a_last_day_before_the_first_is_told_where_it_is_typed(here: shared.Site) -> None:
    at = go(begun(), "when")
    at.date_input(key="setup-thu-2026-closes").set_value(date(2020, 1, 1)).run()
    assert "01/01/2020" in at.error[0].value


def test_a_bad_id_is_refused_and_nothing_is_kept(here: shared.Site) -> None:
    at = run("setup")
    at.text_input(key="setup-new-id").set_value("KHÔNG")
    at = press(at.run(), "SET_BEGIN")
    told = at.error[0].value.replace("\\", "")
    assert "«KHÔNG»" in told
    assert "cần có tên" in told
    assert here.store.rounds() == ()


def test_units_of_the_registry_and_a_file_become_places(here: shared.Site) -> None:
    units = tuple(Unit(code=f"0{n}", name=f"Xã {n}", block="commune") for n in (1, 2))
    keep_units(here.store, Registry(units=units), "Lan", date(2026, 11, 1), 0)
    at = go(begun(), "places")
    at = at.radio(key="setup-thu-2026-source").set_value("units").run()
    at = at.multiselect(key="setup-thu-2026-units").set_value(["02", "01"]).run()
    assert not at.exception
    assert [(each.code, each.name, each.stratum) for each in here.store.round("thu-2026").places] == [
        ("02", "Xã 2", "Xã"),
        ("01", "Xã 1", "Xã"),
    ]
    desks = (Desk(code="Q1", name="Quầy 1", place="01"), Desk(code="Q2", name="Quầy 2", place="02"))
    here.store.save_round(replace(here.store.round("thu-2026"), desks=desks))
    at = at.multiselect(key="setup-thu-2026-units").set_value(["01"]).run()
    kept = here.store.round("thu-2026")  # with the desks of what stays
    assert ([place.stratum for place in kept.places], kept.desks) == (["Xã"], desks[:1])
    at = at.radio(key="setup-thu-2026-source").set_value("file").run()
    assert here.store.round("thu-2026").places == ()
    upload = "code,name,stratum,unit\nA1,Xã A,H,U\n".encode()
    at.file_uploader(key="setup-thu-2026-places").set_value(("noi.csv", upload, "text/csv"))
    at = at.run().button(key="setup-thu-2026-use").click().run()
    assert not at.exception
    assert [each.code for each in here.store.round("thu-2026").places] == ["A1"]


def test_between_several_questionnaires_of_a_kind_nobody_chooses_but_the_analyst(here: shared.Site) -> None:
    at = run("setup").radio(key="setup-new-kind").set_value("officials").run()
    asked = at.selectbox(key="setup-new-questionnaire-officials")
    assert (len(asked.options), asked.value) == (2, None)
    assert next(button for button in at.button if button.label == word("SET_BEGIN")).disabled
    at = asked.select_index(1).run()
    assert not next(button for button in at.button if button.label == word("SET_BEGIN")).disabled
