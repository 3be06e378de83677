"""The page about people: adding, changing, renewing, taking away; by an administrator only, and into the log."""

import os
import time
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from survey import access
from survey.access import everybody, people, reset_passcode, verify
from survey.access.rules import read_rules
from survey.pages import context
from survey.pages import people as page
from survey.pages.people_acts import MADE, OWN
from survey.round import Place
from survey.site import Site
from tests.survey.desk import sits
from tests.survey.pages.conftest import OPEN

BOSS = access.ADMINISTRATOR


@pytest.fixture(autouse=True)
def inside(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    reset_passcode(here.folder, os.urandom)
    here.store.save_round(replace(OPEN, id="dot-2", places=(Place(code="A", name="Xã A", stratum="", unit="Xã A"),)))
    sits(monkeypatch, BOSS)


def script() -> None:
    from survey.pages import people  # noqa: PLC0415  AppTest runs this function's text

    people.show()


def run() -> AppTest:
    at = AppTest.from_function(script, default_timeout=30).run()
    assert not at.exception
    return at


def press(at: AppTest, label: str) -> AppTest:
    next(button for button in at.button if button.label == label).click().run()
    assert not at.exception
    return at


def added(name: str = "Trần Thị B", role: str = "entry", units: tuple[str, ...] = (), accounts: str = "") -> AppTest:
    at = run()
    at.text_input(key="new-name").set_value(name)
    at.selectbox(key="new-role").set_value(role)
    at.multiselect(key="new-units").set_value(list(units))
    at.text_area(key="new-identities").set_value(accounts)
    return press(at, "Thêm và cấp mật mã")


def acts(here: Site) -> list[tuple[str, str, str]]:
    return [(entry.actor, entry.act, entry.about) for entry in here.store.all_log()]


def test_somebody_new_gets_a_passcode_that_is_shown_once(here: Site) -> None:
    at = added(accounts="b@tinh.vn\n\nB-01")
    passcode = at.code[0].value
    assert verify(here.folder, passcode) == "Trần Thị B"
    person = everybody(here.folder)[1]
    assert (person.role, person.units, person.identities) == ("entry", (), ("b@tinh.vn", "b-01"))
    press(at, "Đã ghi lại")
    assert not at.code
    assert MADE not in at.session_state
    assert passcode not in str(run().main)
    assert acts(here) == [(BOSS, "people.add", "Trần Thị B: entry")]


def test_a_viewer_is_bound_to_units_of_the_rounds(here: Site) -> None:
    assert "ít nhất một đơn vị" in added(role="viewer").error[0].value
    assert people(here.folder) == (BOSS,), "who is refused is not half there"
    added(role="viewer", units=("Xã A",))
    assert everybody(here.folder)[1].units == ("Xã A",)


def test_everything_wrong_with_somebody_new_is_told_at_once_and_nobody_comes(here: Site) -> None:
    reset_passcode(here.folder, os.urandom, "Hoa")
    before = (here.folder / "passcode.json").read_text()
    said = added("hoa", "viewer", accounts="a b").error[0].value.replace("\\", "")
    assert "Hoa" in said
    assert "ít nhất một đơn vị" in said
    assert "«a b»" in said
    assert "không dùng được" in added("người dân").error[0].value
    assert (here.folder / "passcode.json").read_text() == before
    assert acts(here) == []


def chosen(name: str) -> AppTest:
    at = run()
    at.selectbox(key="who").set_value(name).run()
    assert not at.exception
    return at


def test_a_role_is_changed_and_the_passcode_stays(here: Site) -> None:
    passcode = reset_passcode(here.folder, os.urandom, "Hoa")
    at = chosen("Hoa")
    at.selectbox(key="of Hoa-role").set_value("approver")
    press(at, "Lưu thay đổi")
    assert everybody(here.folder)[1].role == "approver"
    assert verify(here.folder, passcode) == "Hoa"
    assert acts(here) == [(BOSS, "people.change", "Hoa: approver")]


def test_a_renewed_passcode_replaces_the_old_one(here: Site) -> None:
    old = reset_passcode(here.folder, os.urandom, "Hoa")
    at = press(chosen("Hoa"), "Cấp mật mã mới")
    assert [verify(here.folder, code) for code in (old, at.code[0].value)] == [None, "Hoa"]
    assert acts(here) == [(BOSS, "people.passcode", "Hoa")]


@pytest.mark.parametrize(("label", "act"), [("Cấp mật mã mới", "people.passcode"), ("Có, thu hồi", "people.remove")])
def test_an_act_on_oneself_ends_the_session_and_is_still_logged(
    here: Site, monkeypatch: pytest.MonkeyPatch, label: str, act: str
) -> None:
    reset_passcode(here.folder, os.urandom, "Hoa", "administrator")
    with monkeypatch.context() as real:
        token = access.new_session(here.folder, here.secret, BOSS, time.time(), os.urandom)
        real.setattr(context, "person", lambda: context.holder(token))
        at = press(chosen(BOSS), label)
        assert context.person() is None
    assert acts(here) == [(BOSS, act, BOSS)]
    if act == "people.passcode":  # the page is gone with the session: the passcode stands where the page was
        assert verify(here.folder, at.session_state[OWN]) == BOSS
        assert MADE not in at.session_state


def test_who_leaves_is_gone_and_the_log_keeps_the_name(here: Site) -> None:
    reset_passcode(here.folder, os.urandom, "Hoa")
    press(chosen("Hoa"), "Có, thu hồi")
    assert people(here.folder) == (BOSS,)
    assert acts(here) == [(BOSS, "people.remove", "Hoa")]


def test_the_last_administrator_stays(here: Site) -> None:
    at = chosen(BOSS)
    at.selectbox(key=f"of {BOSS}-role").set_value("analyst")
    assert "quản trị viên cuối cùng" in press(at, "Lưu thay đổi").error[0].value
    assert "quản trị viên cuối cùng" in press(chosen(BOSS), "Có, thu hồi").error[0].value
    assert everybody(here.folder)[0].role == "administrator"
    assert acts(here) == []


@pytest.mark.parametrize(("name", "label"), [(None, "Cấp mật mã mới"), (BOSS, "Có, thu hồi")])
def test_a_button_pressed_by_who_is_no_administrator_any_more_does_nothing(
    here: Site, monkeypatch: pytest.MonkeyPatch, name: str | None, label: str
) -> None:
    reset_passcode(here.folder, os.urandom, "Hoa")
    before = (here.folder / "passcode.json").read_text()
    at = chosen("Hoa")
    sits(monkeypatch, name, "approver")
    press(at, label)
    assert (here.folder / "passcode.json").read_text() == before
    assert acts(here) == []


def test_the_servers_locks_are_told(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {"HAILONG_IDLE_MINUTES": "20", "HAILONG_DESK_HOURS": "T2-T6 07:00-18:00"}
    made = read_rules({**settings, "HAILONG_ADMIN_NETWORKS": "10.1.0.0/16"})
    monkeypatch.setattr(page, "rules", lambda: made)
    said = " ".join(part.value for part in run().markdown).replace("\\", "")
    for told in ("20 phút", "T2-T6 07:00-18:00", "10.1.0.0/16", "Chưa nối"):
        assert told in said
