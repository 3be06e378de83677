"""The doctor says of everything that can go wrong what it is and what to do, and ends with a number for a schedule."""

import json
import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from errno import EACCES
from pathlib import Path

import pytest

import cli
from survey import clock
from survey.access import change, reset_passcode
from survey.care import checks
from survey.care.backup import back_up
from survey.care.checks import Installation, examine
from survey.care.finding import Finding
from survey.care.settings import KNOWN
from survey.errors import catalogue
from survey.life import PAPER
from survey.store import Store
from tests.survey.builders import ROUND
from tests.survey.care.conftest import NOW, settle

ROOT = Path(__file__).parents[3]
GOOD = {"HAILONG_URL": "https://khaosat.example.vn"}
Settings = dict[str, str]


def looked(folder: Path, now: datetime = NOW, settings: Settings | None = None) -> dict[str, Finding]:
    with Store.open(folder / "hailong.sqlite3", migrating=False) as store:
        here = Installation(folder=folder, role="all", settings=settings or GOOD, store=store)
        return {each.check: each for each in examine(here, now)}


def backed_up(office: Path, target: Path, now: datetime = NOW) -> None:
    with Store.open(office / "hailong.sqlite3") as store:
        back_up(store, office, target, keep=3, now=now, program="1")


def test_a_healthy_installation_has_no_fault_and_nothing_to_look_at(office: Path, tmp_path: Path) -> None:
    backed_up(office, tmp_path / "backups")
    found = looked(office)
    assert {check: each.problem.code for check, each in found.items() if each.level != "good"} == {}
    assert {"writes", "integrity", "rounds", "closing", "log", "backup", "people", "settings", "address"} < set(found)


def loosen(office: Path) -> None:
    (office / "secret.key").chmod(0o644)


def open_folder(office: Path) -> None:
    office.chmod(0o755)


def lose_key(office: Path) -> None:
    (office / "secret.key").unlink()


def set_clock_back(office: Path) -> None:
    later = (NOW + timedelta(days=2)).timestamp()
    os.utime(next(office.rglob("checkpoints.txt")), (later, later))


def spoil_round(office: Path) -> None:
    with closing(sqlite3.connect(office / "hailong.sqlite3", isolation_level=None)) as file:
        row = file.execute("SELECT questionnaire FROM round_settings").fetchone()
        file.execute("INSERT INTO round_settings VALUES (?, 2, ?, '{}')", (ROUND.id, *row))


def break_log(office: Path) -> None:
    with Store.open(office / "hailong.sqlite3") as store:
        store.add_log("An", "administrator", "round.open", "x", "2026-11-09T00:00:00Z")
    with closing(sqlite3.connect(office / "hailong.sqlite3", isolation_level=None)) as file:
        file.execute("DROP TRIGGER staff_log_no_update")
        file.execute("UPDATE staff_log SET actor = 'B'")
        file.execute("CREATE TRIGGER staff_log_no_update BEFORE UPDATE ON staff_log BEGIN SELECT 1; END")


def crown_everybody(office: Path) -> None:
    for name in ("Trần Thị B", "Trần Thị C", "Trần Thị D"):
        reset_passcode(office, os.urandom, name)
        change(office, os.urandom, name, "administrator")


def be_alone(office: Path) -> None:
    (office / "passcode.json").unlink()
    reset_passcode(office, os.urandom)


def spoil_people(office: Path) -> None:
    (office / "passcode.json").write_text("[{", "utf-8")


def lose_backup(office: Path) -> None:
    backed_up(office, office.parent / "backups")
    next((office.parent / "backups").glob("*.gz")).unlink()


@pytest.mark.parametrize(
    ("harm", "check", "level", "code"),
    [
        (loosen, "secrets", "fault", "CAR_SECRETS_OPEN"),
        (open_folder, "folder", "warning", "CAR_FOLDER_OPEN"),
        (lose_key, "secrets", "fault", "CAR_NO_SECRET"),
        (set_clock_back, "clock", "fault", "CAR_CLOCK"),
        (spoil_round, "rounds", "fault", "CAR_ROUNDS_UNREADABLE"),
        (break_log, "log", "fault", "CAR_LOG_BROKEN"),
        (crown_everybody, "people", "warning", "CAR_MANY_CHIEFS"),
        (spoil_people, "people", "fault", "ACC_DAMAGED"),
        (be_alone, "people", "warning", "CAR_ONE_PERSON"),
        (lambda office: (office / "passcode.json").unlink(), "people", "warning", "CAR_NOBODY"),
        (lambda office: None, "backup", "fault", "CAR_NO_BACKUP"),
        (lose_backup, "backup", "warning", "CAR_BACKUP_GONE"),
        (
            lambda office: backed_up(office, office.parent / "b", NOW - timedelta(hours=26)),
            "backup",
            "fault",
            "CAR_BACKUP_LATE",
        ),
    ],
)
def test_what_is_wrong_is_found_and_named(
    harm: Callable[[Path], None], check: str, level: str, code: str, office: Path
) -> None:
    harm(office)
    found = looked(office)[check]
    assert (found.level, found.problem.code) == (level, code)
    assert "?" not in found.problem.what("vi")


@pytest.mark.parametrize(("hours", "code"), [(24, "CAR_CLOSED"), (25, "CAR_CLOSING_LATE")])
def test_a_day_left_open_two_hours_after_its_end_is_a_fault(hours: int, code: str, office: Path) -> None:
    # The last closed day ended at midnight of the 9th; the 9th itself ends 24 hours later.
    found = looked(office, NOW.replace(minute=0) + timedelta(hours=hours))["closing"]
    assert found.problem.code == code


def test_a_round_opened_after_its_first_day_is_not_late_before_its_first_night(office: Path) -> None:
    early = replace(ROUND, id="dot-muon", opens=NOW.date() - timedelta(days=20), closes=None)
    with Store.open(office / "hailong.sqlite3") as store:
        store.save_round(early)
        step = json.dumps({"before": "draft", "to": "open", "reason": ""})
        store.save_paper(early.id, PAPER, step, "An", NOW.date().isoformat())
    assert looked(office)["closing"].level == "good"
    assert looked(office, NOW + timedelta(hours=26))["closing"].level == "fault"


@pytest.mark.parametrize(
    ("name", "value", "check", "code"),
    [
        ("HAILONG_ROEL", "staff", "settings", "CAR_SETTING_UNKNOWN"),
        ("HAILONG_LOG", "xml", "settings", "CAR_SETTING"),
        ("HAILONG_LANGUAGE", "fr", "settings", "CAR_SETTING"),
        ("HAILONG_METRICS", "9464", "settings", "CAR_SETTING"),
        ("HAILONG_IDLE_MINUTES", "5", "settings", "ACC_SETTING_IDLE"),
        ("HAILONG_URL", "", "address", "CAR_NO_URL"),
        ("HAILONG_URL", "khaosat", "address", "CAR_URL"),
        ("HAILONG_URL", "http://[", "address", "CAR_URL"),
        ("HAILONG_URL", "http://khaosat.example.vn", "address", "CAR_URL_PLAIN"),
    ],
)
def test_a_setting_that_cannot_be_is_told_with_what_could(
    name: str, value: str, check: str, code: str, office: Path
) -> None:
    assert looked(office, settings={**GOOD, name: value})[check].problem.code == code


def test_a_nearly_full_disk_is_told_before_slips_are_refused(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, level in ((3000, "good"), (1500, "warning"), (1000, "fault")):
        monkeypatch.setattr(checks.shutil, "disk_usage", lambda _, free=free: _Usage(free))
        assert looked(office)["disk"].level == level
    elsewhere = looked(office, settings={**GOOD, "DATABASE_URL": "postgresql://server/khao_sat"})["disk"]
    assert elsewhere.level == "warning", "slips are not on this disk, and come in"


class _Usage:
    def __init__(self, mib: int) -> None:
        self.free = mib << 20


def test_every_setting_that_the_source_reads_is_known_and_every_known_one_is_in_the_guide() -> None:
    sources = [*ROOT.glob("*.py"), *(ROOT / "survey").rglob("*.py"), *(ROOT / "analysis").rglob("*.py")]
    named = {name for path in sources for name in re.findall(r'"(HAILONG_[A-Z_]+)"', path.read_text("utf-8"))}
    assert named - {"HAILONG_"} | {"DATABASE_URL"} == KNOWN
    guide = (ROOT / "docs" / "huong-dan" / "cai-dat.md").read_text("utf-8")
    assert [name for name in sorted(KNOWN) if f"`{name}`" not in guide] == []


def test_every_check_has_a_title(office: Path) -> None:
    assert {f"CAR_CHECK_{check.upper()}" for check in looked(office)} <= set(catalogue())


def test_the_command_ends_with_one_for_a_fault_and_writes_json_for_a_monitor(
    office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    assert cli.main(["doctor", "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["level"] == "fault" and said["moment"] == "2026-11-08T18:30:00Z"
    assert {"check": "backup", "level": "fault"}.items() <= next(
        each for each in said["checks"] if each["check"] == "backup"
    ).items()
    assert cli.main(["backup", "--to", str(tmp_path / "backups")]) == 0
    settle(office)
    capsys.readouterr()
    assert cli.main(["doctor", "--language", "en"]) == 0
    out = capsys.readouterr().out
    assert "✓ Backup: Hours since the newest: 0" in out and "faults: 0" in out


def test_an_older_programs_store_is_told_and_left_as_it_is(office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(office / "hailong.sqlite3")) as file:
        file.execute("UPDATE alembic_version SET version_num = '0003'")
        file.commit()
    before = (office / "hailong.sqlite3").read_bytes()
    assert cli.main(["doctor"]) == 1
    assert catalogue()["CAR_STORE_OLDER"]["vi"] in capsys.readouterr().out
    assert cli.main(["backup", "--to", str(office.parent / "backups")]) == 1
    assert catalogue()["CAR_BACKUP_OLDER"]["vi"] in capsys.readouterr().err
    assert (office / "hailong.sqlite3").read_bytes() == before


def test_another_account_is_told_what_it_may_not_see(
    office: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(path: Path) -> bool:
        raise PermissionError(EACCES, "denied", str(path))

    monkeypatch.setattr(Path, "is_file", denied)
    assert cli.main(["doctor", "--data", str(office)]) == 1
    said = capsys.readouterr().out
    assert "hailong.sqlite3" in said and catalogue()["CAR_UNREADABLE"]["vi"].partition("(")[0] in said


def test_a_missing_guard_is_a_fault_and_a_missing_store_is_not_made(
    office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(office / "hailong.sqlite3")) as file:
        file.execute("DROP TRIGGER responses_no_delete")
        file.commit()
    assert cli.main(["doctor"]) == 1
    assert "responses_no_delete" in capsys.readouterr().out
    for path in office.glob("hailong.sqlite3*"):
        path.unlink()
    assert cli.main(["doctor"]) == 1
    assert catalogue()["CAR_NO_STORE"]["vi"].partition("«")[0] in capsys.readouterr().out
    assert not (office / "hailong.sqlite3").exists()
