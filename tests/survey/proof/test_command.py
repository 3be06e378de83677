"""The commands say what they did or found, and end with a code that a schedule understands."""

import shutil
from datetime import date
from pathlib import Path

import pytest

import cli
from survey import clock, site
from survey.access import role_of, verify
from survey.ledger import grouped, proof_text
from survey.ledger import vkey as vkey_text
from survey.proof.standing import prove
from survey.store import Store
from tests.survey.builders import ROUND
from tests.survey.proof.slips import code_of, delete, owner, slip


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands name their data folder in the environment; it is put back afterwards."""
    monkeypatch.setenv("HAILONG_DATA", "/nowhere")
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 9))
    site.close()


def run(*arguments: str | Path) -> int:
    return cli.main([str(argument) for argument in arguments])


def test_an_honest_folder_ends_with_zero_and_a_changed_one_with_one(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("audit", "--data", folder) == 0
    assert "còn nguyên như khi được gửi" in capsys.readouterr().out
    delete(folder / "hailong.sqlite3", slip(17).id)
    assert run("audit", "--data", folder, "--language", "en") == 1
    out = capsys.readouterr().out
    assert slip(17).commitment in out
    assert "FOUND 1 things" in out


def test_the_staff_log_is_audited_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("passcode", "--person", "Hoa", "--data", folder) == 0
    assert run("passcode", "--remove", "Hoa", "--data", folder) == 1, "the last administrator stays"
    with Store.open(folder / "hailong.sqlite3") as store:
        *closings, entry = store.all_log()
    assert {each.act for each in closings} == {"ledger.close"}
    assert (entry.actor, entry.act, entry.about) == ("hailong", "people.passcode", "Hoa: administrator")
    assert run("audit", "--data", folder, "--log", f"{entry.number} {entry.hash}") == 0
    assert entry.hash in capsys.readouterr().out
    assert run("audit", "--data", folder, "--log", f"{entry.number + 1} {entry.hash}") == 1
    with owner(folder / "hailong.sqlite3") as connection:
        connection.execute("UPDATE staff_log SET actor = 'Lan'")
    capsys.readouterr()
    assert run("audit", "--data", folder) == 1
    assert "mục số 1 không khớp" in capsys.readouterr().out


def test_what_was_kept_elsewhere_is_compared(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "kept"
    shutil.copytree(folder / "so-cai", kept)
    mine = kept / ROUND.id
    more = ("--published", kept, "--vkey", mine / "vkey.txt", "--against", mine / "checkpoints.txt")
    assert run("audit", "--data", folder, *more) == 0
    assert run("audit", "--data", folder, "--vkey", (mine / "vkey.txt").read_text("utf-8").strip()) == 0
    (folder / "so-cai" / ROUND.id / "checkpoints.txt").write_text("", "utf-8")
    assert run("audit", "--data", folder) == 1
    capsys.readouterr()
    (folder / "signing.key").write_bytes(b"k" * 32)
    assert run("audit", "--data", folder) == 1
    assert "LED_" not in capsys.readouterr().out


@pytest.mark.parametrize(("option", "code"), [("--vkey", "no-such-file"), ("--against", "no-such-file")])
def test_a_file_that_is_not_there_is_told(
    folder: Path, option: str, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("audit", "--data", folder, option, code) == 1
    assert "no-such-file" in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("audit", "close-day"):
        assert run(command, "--data", tmp_path / "none") == 1
        assert "Không có thư mục dữ liệu" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_closing_tells_each_round_and_that_nothing_is_left(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("close-day", "--data", folder) == 0
    assert "Đợt «dot-1»: đã khóa sổ đến ngày" in capsys.readouterr().out
    assert run("close-day", "--data", folder) == 0
    assert "Không có ngày nào cần khóa" in capsys.readouterr().out


def test_a_downloaded_proof_is_verified_with_a_kept_key_and_without_the_store(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, vkey = tmp_path / "mine.tlog-proof", folder / "so-cai" / ROUND.id / "vkey.txt"
    file.write_text(proof_text(prove(folder / "so-cai", ROUND.id, slip(17).day, code_of(17))), "utf-8")
    other = tmp_path / "other.txt"
    other.write_text(vkey.read_text("utf-8"), "utf-8")
    shutil.rmtree(folder)
    assert run("verify", file, "--code", grouped(code_of(17)), "--vkey", other) == 0
    assert "đã khóa đến ngày 2026-11-08, 140 phiếu" in capsys.readouterr().out
    assert run("verify", file, "--code", code_of(18), "--vkey", other, "--language", "en") == 1
    assert "The proof does not fit" in capsys.readouterr().err
    another = vkey_text("hailong/dot-1", b"x" * 32)
    assert run("verify", file, "--code", code_of(17), "--vkey", another) == 1


def test_auditing_makes_no_key(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "signing.key").unlink()
    assert run("audit", "--data", folder) == 1
    assert "--vkey" in capsys.readouterr().err
    assert run("close-day", "--data", folder) == 1
    assert "không tự tạo khóa khác" in capsys.readouterr().err
    assert not (folder / "signing.key").exists()


def test_a_role_is_given_on_the_command_line_and_the_last_administrators_is_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, role in (("Lan", "administrator"), ("Hoa", "approver")):
        assert run("passcode", "--person", name, "--role", role, "--data", tmp_path) == 0
    assert [role_of(tmp_path, name) for name in ("Lan", "Hoa")] == ["administrator", "approver"]
    before = (tmp_path / "passcode.json").read_bytes()
    assert run("passcode", "--person", "Lan", "--role", "entry", "--data", tmp_path) == 1
    assert "quản trị viên cuối cùng" in capsys.readouterr().err
    assert (tmp_path / "passcode.json").read_bytes() == before, "nor is the passcode renewed"
    assert run("passcode", "--person", "hoa", "--role", "entry", "--data", tmp_path) == 0
    assert role_of(tmp_path, "Hoa") == "entry"
    with pytest.raises(SystemExit):
        run("passcode", "--person", "Nga", "--role", "viewer", "--data", tmp_path)
    assert not (tmp_path / "hailong.sqlite3").exists(), "a passcode makes no store"


def test_a_second_person_gets_a_passcode_of_their_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    codes = {}
    for option in (("--new",), ("--person", "Trần Thị B")):
        assert run("passcode", *option, "--data", tmp_path) == 0
        codes[option[-1]] = capsys.readouterr().out.strip()
    assert [verify(tmp_path, code) for code in codes.values()] == ["Quản trị viên", "Trần Thị B"]
    with pytest.raises(SystemExit):
        run("passcode", "--data", tmp_path)
    assert "thiếu tham số bắt buộc: --new --person" in capsys.readouterr().err
