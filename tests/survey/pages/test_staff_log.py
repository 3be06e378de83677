"""The page of the log: what was done, by whom; the chain; the file."""

import csv
import hashlib
import io
import json

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from survey.pages.context import note, note_for
from survey.proof.staff_log import Wanted, act_words, chosen, log_faults, log_file
from survey.site import Site
from tests.survey.desk import sits


@pytest.fixture(autouse=True)
def inside(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    sits(monkeypatch, "Bình", "approver")
    for name, act, about in (
        ("Lan", "signin.passcode", ""),
        ("Lan", "round.mend", "dot-1"),
        ("Hoa", "export.file", "du-lieu-dot-1-20261122.csv"),
        ("Hoa", "made.up", "=cmd()"),
    ):
        note_for(name, "analyst", act, about)


def script() -> None:
    from survey.pages import staff_log  # noqa: PLC0415  AppTest runs this function's text

    staff_log.show()


def run() -> AppTest:
    at = AppTest.from_function(script, default_timeout=30).run()
    assert not at.exception
    return at


def test_the_newest_stand_first_with_words_for_what_was_done(here: Site) -> None:
    at = run()
    shown = at.dataframe[0].value
    assert list(shown["Người"]) == ["Hoa", "Hoa", "Lan", "Lan"]
    assert list(shown["Việc"]) == [
        "made.up",
        "Tải tệp kết quả hoặc dữ liệu",
        "Sửa tên, nơi liên hệ hoặc ngày của đợt",
        "Đăng nhập bằng mật mã",
    ]
    assert set(shown["Vai trò"]) == {"Người phân tích"}
    assert "nguyên vẹn: 4 mục" in at.success[0].value
    assert here.store.staff_log(limit=1)[0].hash in at.code[0].value


def test_entries_are_chosen_by_person_act_and_what_they_are_about() -> None:
    at = run()
    at.multiselect(key="log-who").set_value(["Hoa"]).run()
    assert len(at.dataframe[0].value) == 2
    at.text_input(key="log-about").set_value("DOT-1").run()
    assert list(at.dataframe[0].value["Về"]) == ["du-lieu-dot-1-20261122.csv"]
    at.multiselect(key="log-act").set_value(["signin.passcode"]).run()
    assert not at.dataframe


def test_days_are_vietnams_and_both_ends_belong() -> None:
    from datetime import date  # noqa: PLC0415

    from survey.ledger.chain import LogEntry  # noqa: PLC0415

    late = LogEntry(
        number=1, moment="2026-11-20T17:30:00Z", actor="A", role="", act="a.b", about="", previous="", hash=""
    )
    assert chosen([late], Wanted(since=date(2026, 11, 21), until=date(2026, 11, 21))) == (late,)
    assert chosen([late], Wanted(until=date(2026, 11, 20))) == ()


def test_the_file_starts_no_formula_and_carries_the_chain(here: Site) -> None:
    entries = tuple(here.store.all_log())
    rows = list(csv.reader(io.StringIO(log_file(entries, "en").decode("utf-8-sig"))))
    assert rows[0][:3] == ["Number", "When", "Who"]
    assert rows[4][5] == "'=cmd()"
    previous = ""
    for number, line in enumerate(rows[1:], 1):  # as anybody would check the file, without a line of ours
        said = dict(zip(rows[0][6:], line[6:], strict=True)) | {"number": number}
        said["about"] = said["about"].removeprefix("'")
        hashed = said.pop("hash")
        text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert hashlib.sha256(text.encode()).hexdigest() == hashed
        assert said["previous"] == previous
        previous = hashed
    assert len(rows) == 1 + len(entries)


def test_a_changed_entry_is_named(here: Site) -> None:
    with here.store._engine.begin() as writer:
        for trigger in writer.execute(text("SELECT name FROM sqlite_master WHERE type='trigger'")).scalars().all():
            writer.execute(text(f'DROP TRIGGER "{trigger}"'))
        writer.execute(text("UPDATE staff_log SET about = 'dot-9' WHERE number = 2"))
    at = run()
    assert "mục số 2" in at.error[0].value
    assert not at.success


def test_a_line_that_was_kept_shows_a_log_that_was_cut(here: Site) -> None:
    entries = tuple(here.store.all_log())
    kept = f"{entries[2].number} {entries[2].hash}"
    assert log_faults(entries, kept) == log_faults(entries, f" {kept.upper()} ") == ()
    assert [problem.code for problem in log_faults(entries[:2], kept)] == ["LOG_KEPT_DIFFERS"]
    assert log_faults(entries[:2]) == (), "without a line from elsewhere nobody can tell"
    for typed in ("3", "x" * 64, f"{entries[2].hash} 3", "٣ " + "a" * 64):
        assert [problem.code for problem in log_faults(entries, typed)] == ["LOG_KEPT_FORM"]
    at = run()
    at.text_input(key="log-kept").set_value(kept).run()
    assert "dòng đã giữ khớp" in at.success[0].value
    at.text_input(key="log-kept").set_value(f"3 {'0' * 64}").run()
    assert "số 3" in at.error[0].value


def test_taking_the_log_away_stands_in_the_log(here: Site) -> None:
    note("log.download")
    assert here.store.staff_log(limit=1)[0].actor == "Bình"
    at = run()
    (button,) = at.get("download_button")
    assert button.proto.label == "Tải các mục đã chọn (CSV)"


def test_nobody_writes_nothing_and_what_cannot_be_printed_becomes_a_space(
    here: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    note("round.mend", "a\x00b\n" + "x" * 900)
    last = here.store.staff_log(limit=1)[0]
    assert last.about.startswith("a b x")
    assert len(last.about) == 500
    sits(monkeypatch, None)
    note("round.mend", "dot-1")
    assert here.store.staff_log(limit=1)[0] == last


def test_a_log_that_takes_nothing_stops_nobodys_work(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("survey.store.staff_log._TRIES", 0)
    note("round.mend", "dot-1")
    assert len(list(here.store.all_log())) == 4


def test_every_act_of_the_desk_has_words_in_both_languages() -> None:
    for act in ("signin.passcode", "signin.out", "signin.failed", "people.add", "void.approve", "ledger.close"):
        assert act_words(act, "vi") != act
        assert act_words(act, "en") not in (act, act_words(act, "vi"))


def test_a_new_role_is_told_in_words() -> None:
    note_for("Lan", "administrator", "people.change", "Hoa: viewer; Sở Y tế")
    assert run().dataframe[0].value["Về"][0] == "Hoa: Người xem của đơn vị; Sở Y tế"


def test_a_closed_day_is_written_as_it_is_here() -> None:
    note_for("hailong", "hailong", "ledger.close", "dot-1: 2026-11-20")
    assert run().dataframe[0].value["Về"][0] == "dot-1: 20/11/2026"
