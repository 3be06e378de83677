"""A backup is whole or it is not there; restored, it is the same installation, and nothing else gets a folder."""

import gzip
import io
import json
import shutil
import stat
import sys
import tarfile
import threading
from collections.abc import Callable
from datetime import timedelta
from errno import EBUSY, ENOSPC
from pathlib import Path

import pytest

import cli
from survey import clock
from survey.care import backup as module
from survey.care.backup import back_up
from survey.care.last import last_backup
from survey.care.restore import restore
from survey.errors import Problem, Refused
from survey.ledger import signing_key
from survey.proof.closing import close_days
from survey.store import Store
from tests.survey.builders import ROUND
from tests.survey.care.conftest import NOW
from tests.survey.proof.conftest import make
from tests.survey.proof.slips import DAYS, SECOND, copied, delete, slip
from tests.survey.store.test_whole import everything

OPEN = DAYS[-1]


def backed_up(office: Path, target: Path, **changes: int) -> Path:
    with Store.open(office / "hailong.sqlite3") as store:
        made = back_up(store, office, target, keep=changes.get("keep", 14), now=NOW, program="0.1.0")
    assert made.removed == ()
    return made.last.file


@pytest.fixture(scope="module")
def archive(kept: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup that no test may change."""
    where = tmp_path_factory.mktemp("archive")
    return backed_up(copied(kept, where / "office"), where / "backups")


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_what_is_restored_is_what_was_backed_up_and_audits_clean(archive: Path, kept: Path, tmp_path: Path) -> None:
    office = kept
    done = restore(archive, tmp_path / "new")
    assert done.audit.clean and not done.migrated
    assert done.manifest.held.slips == 40
    with Store.open(office / "hailong.sqlite3") as store, Store.open(done.folder / "hailong.sqlite3") as again:
        assert everything(again) == everything(store)
    for name in ("secret.key", "signing.key", "promise.key", "passcode.json"):
        assert (done.folder / name).read_bytes() == (office / name).read_bytes()
    published = [path.relative_to(office) for path in (office / "so-cai").rglob("*.txt")]
    assert published
    assert all((done.folder / path).read_bytes() == (office / path).read_bytes() for path in published)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has rights of another kind")
def test_nobody_else_may_read_an_archive_or_what_comes_out_of_it(archive: Path, tmp_path: Path) -> None:
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert stat.S_IMODE(archive.parent.stat().st_mode) == 0o700
    folder = restore(archive, tmp_path / "new").folder
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = [path for path in folder.rglob("*") if path.is_file()]
    private = [path for path in files if path.relative_to(folder).parts[0] != "so-cai"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o600}
    public = list((folder / "so-cai").rglob("*"))
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o044 == 0o044 for path in public), "the citizens' process reads it"


def under_load(office: Path, tmp_path: Path, callers: int, each: int) -> None:
    """Callers send slips while a backup is made; the restored store has a whole part of them, and audits clean."""
    told: list[str] = []
    with Store.open(office / "hailong.sqlite3") as store:
        started = threading.Barrier(callers + 1)

        def send(caller: int) -> None:
            started.wait()
            for number in range(each):
                response = slip(1000 + caller * each + number, day=OPEN)
                store.add(response)
                told.append(response.id)

        threads = [threading.Thread(target=send, args=(caller,)) for caller in range(callers)]
        for thread in threads:
            thread.start()
        started.wait()
        while len(told) < callers:
            threading.Event().wait(0.001)
        before = set(told)
        made = back_up(store, office, tmp_path / "backups", keep=3, now=NOW, program="1")
        for thread in threads:
            thread.join()
        assert len(told) == callers * each
        done = restore(made.last.file, tmp_path / "new")
        assert done.audit.clean
        with Store.open(done.folder / "hailong.sqlite3") as again:
            restored = {row.id: row for row in again.all_responses(ROUND.id)}
            now = {row.id: row for row in store.all_responses(ROUND.id)}
    assert before <= restored.keys(), "a slip that was acknowledged before the backup began is missing in it"
    assert all(now[key] == row for key, row in restored.items())


def test_a_backup_taken_while_slips_come_in_is_whole(office: Path, tmp_path: Path) -> None:
    under_load(office, tmp_path, callers=4, each=100)


@pytest.mark.slow
def test_a_large_store_is_backed_up_under_load(tmp_path: Path) -> None:
    office = make(tmp_path / "office", 30_000)
    under_load(office, tmp_path, callers=16, each=500)


def test_only_so_many_are_kept_and_nothing_that_a_backup_did_not_name_is_removed(office: Path, tmp_path: Path) -> None:
    target = tmp_path / "backups"
    target.mkdir()
    (target / "hailong-cua-toi.tar.gz").write_text("x")
    with Store.open(office / "hailong.sqlite3") as store:
        made = [
            back_up(store, office, target, keep=2, now=NOW + timedelta(hours=hour), program="1") for hour in range(4)
        ]
    assert [len(each.removed) for each in made] == [0, 0, 1, 1]
    left = {path.name for path in target.iterdir()}
    assert left == {made[2].last.file.name, made[3].last.file.name, "hailong-cua-toi.tar.gz"}
    assert last_backup(office) == made[3].last


def test_a_backup_that_is_not_as_it_was_written_is_dropped_and_the_last_one_stays(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = backed_up(office, tmp_path / "backups")
    whole = module._pack

    def spoilt(work: Path, names: tuple[str, ...], draft: Path) -> None:
        whole(work, names[:-1], draft)

    monkeypatch.setattr(module, "_pack", spoilt)
    with Store.open(office / "hailong.sqlite3") as store, pytest.raises(Refused) as refused:
        back_up(store, office, good.parent, keep=1, now=NOW + timedelta(hours=1), program="1")
    assert codes(refused) == ["CAR_BACKUP_DIFFERS"]
    assert [path.name for path in good.parent.iterdir()] == [good.name]
    last = last_backup(office)
    assert last is not None and last.file == good


def test_a_full_disk_is_told_of_the_backups_folder_and_leaves_nothing(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise Refused([Problem(code="STO_FULL", values={"path": office})])

    monkeypatch.setattr(Store, "copy_to", full)
    with Store.open(office / "hailong.sqlite3") as store, pytest.raises(Refused, match="backups") as refused:
        back_up(store, office, tmp_path / "backups", keep=1, now=NOW, program="1")
    assert codes(refused) == ["CAR_BACKUP_WRITE"]
    assert list((tmp_path / "backups").iterdir()) == []


def test_to_keep_none_is_no_way_to_lose_the_earlier_ones(office: Path, tmp_path: Path) -> None:
    good = backed_up(office, tmp_path / "backups")
    for keep in ("0", "-1"):
        assert cli.main(["backup", "--data", str(office), "--to", str(good.parent), "--keep", keep]) == 1
    assert list(good.parent.iterdir()) == [good]


def test_a_backup_into_the_data_folder_or_where_nothing_can_be_written_is_refused(office: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with Store.open(office / "hailong.sqlite3") as store:
        for target, code in ((office / "backups", "CAR_TARGET"), (tmp_path / "file", "CAR_BACKUP_WRITE")):
            with pytest.raises(Refused) as refused:
                back_up(store, office, target, keep=1, now=NOW, program="1")
            assert codes(refused) == [code]
    assert last_backup(office) is None


def test_an_archive_that_could_not_be_noted_is_there_all_the_same(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(ENOSPC, "full", str(office / "last-backup.json"))

    monkeypatch.setattr(module, "note_backup", full)
    monkeypatch.setattr(clock, "now", lambda: NOW)
    assert cli.main(["backup", "--data", str(office), "--to", str(tmp_path / "backups")]) == 1
    said = capsys.readouterr()
    (made,) = (tmp_path / "backups").iterdir()
    assert str(made) in said.out and "last-backup.json" in said.err
    with Store.open(office / "hailong.sqlite3") as store:
        assert made.name in store.staff_log(limit=1)[0].about
    assert restore(made, tmp_path / "new").audit.clean


def test_what_a_killed_run_left_goes_a_day_later(office: Path, tmp_path: Path) -> None:
    target = tmp_path / "backups"
    early, late = (f".hailong-{day}T180000Z.tar.gz.77" for day in ("20261106", "20261108"))
    for name in (early, late, ".hailong-x"):
        (target / name).mkdir(parents=True)
        (target / name / "hailong.sqlite3").write_text("x")
    backed_up(office, target)
    assert sorted(path.name for path in target.iterdir() if path.is_dir()) == sorted((late, ".hailong-x"))


def test_a_disk_that_breaks_while_the_archive_is_read_back_is_told(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = module._pack

    def spoilt(work: Path, names: tuple[str, ...], draft: Path) -> None:
        whole(work, names, draft)
        draft.write_bytes(draft.read_bytes()[:-4000])

    monkeypatch.setattr(module, "_pack", spoilt)
    with Store.open(office / "hailong.sqlite3") as store, pytest.raises(Refused) as refused:
        back_up(store, office, tmp_path / "backups", keep=1, now=NOW, program="1")
    assert codes(refused) == ["CAR_BACKUP_DIFFERS"]
    assert list((tmp_path / "backups").iterdir()) == []


def test_nothing_is_ever_overwritten(archive: Path, office: Path, tmp_path: Path) -> None:
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "x").write_text("x")
    (tmp_path / "file").write_text("x")
    for folder in (tmp_path / "used", tmp_path / "file", office):
        with pytest.raises(Refused) as refused:
            restore(archive, folder)
        assert codes(refused) == ["CAR_RESTORE_EXISTS"]
    (tmp_path / "empty").mkdir()
    assert restore(archive, tmp_path / "empty").audit.clean


Member = tuple[tarfile.TarInfo, bytes]


def changed(archive: Path, other: Path, change: Callable[[list[Member]], list[Member]]) -> Path:
    with tarfile.open(archive) as tar:
        members = [(entry, tar.extractfile(entry).read()) for entry in tar]  # type: ignore[union-attr]
    with tarfile.open(other, "w:gz") as tar:
        for entry, content in change(members):
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return other


def entry(name: str, kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type = kind
    made.linkname = "/etc/passwd" if kind == tarfile.SYMTYPE else ""
    return made


def listing(members: list[Member], name: str) -> list[Member]:
    """The manifest names that file too."""
    said = json.loads(members[0][1])
    said["files"][name] = [0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]
    return [(members[0][0], json.dumps(said).encode()), *members[1:]]


def with_byte(members: list[Member]) -> list[Member]:
    return [
        (each, content[:-1] + bytes([content[-1] ^ 1]) if each.name == "secret.key" else content)
        for each, content in members
    ]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (with_byte, "CAR_ARCHIVE_DAMAGED"),
        (lambda members: [each for each in members if each[0].name != "passcode.json"], "CAR_ARCHIVE_DAMAGED"),
        (lambda members: [*members, (entry("them.txt"), b"x")], "CAR_ARCHIVE_DAMAGED"),
        (lambda members: [*listing(members, "../x"), (entry("../x"), b"")], "CAR_ARCHIVE_DAMAGED"),
        (lambda members: [*listing(members, "/tmp/x"), (entry("/tmp/x"), b"")], "CAR_ARCHIVE_DAMAGED"),
        (lambda members: [*listing(members, "x"), (entry("x", tarfile.SYMTYPE), b"")], "CAR_ARCHIVE_DAMAGED"),
        (lambda members: [*listing(members, "c:\\x"), (entry("c:\\x"), b"")], "CAR_ARCHIVE_DAMAGED"),
        (lambda members: members[1:], "CAR_NOT_OURS"),
        (lambda members: [], "CAR_NOT_OURS"),
        (lambda members: [(entry("manifest.json"), b"[]")], "CAR_NOT_OURS"),
        (lambda members: [(entry("manifest.json"), b'{"format": "hailong backup 2"}')], "CAR_ARCHIVE_NEWER"),
    ],
)
def test_an_archive_that_is_not_what_its_list_says_leaves_nothing_behind(
    change: Callable[[list[Member]], list[Member]], code: str, archive: Path, tmp_path: Path
) -> None:
    other = changed(archive, tmp_path / "other.tar.gz", change)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(Refused) as refused:
        restore(other, tmp_path / "new")
    assert codes(refused) == [code]
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    "content", [b"", b"no archive", gzip.compress(b"no archive" * 1000)], ids=["empty", "text", "packed text"]
)
def test_a_file_that_is_no_archive_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.tar.gz").write_bytes(content)
    with pytest.raises(Refused) as refused:
        restore(tmp_path / "x.tar.gz", tmp_path / "new")
    assert codes(refused) == ["CAR_NOT_OURS"]


def test_an_archive_cut_short_is_refused(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "short.tar.gz").write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    with pytest.raises(Refused) as refused:
        restore(tmp_path / "short.tar.gz", tmp_path / "new")
    assert codes(refused) == ["CAR_ARCHIVE_DAMAGED"]
    assert not (tmp_path / "new").exists()


def test_a_full_disk_is_told_of_the_new_folder_and_not_of_the_archive(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(ENOSPC, "full")

    monkeypatch.setattr(shutil, "copyfileobj", full)
    with pytest.raises(Refused) as refused:
        restore(archive, tmp_path / "new")
    assert codes(refused) == ["CAR_RESTORE_WRITE"]
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_get_a_new_folder_is_told_before_any_work(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mounted(folder: Path) -> None:
        raise OSError(EBUSY, "busy", str(folder))

    (tmp_path / "disk").mkdir()
    monkeypatch.setattr(Path, "rmdir", mounted)
    with pytest.raises(Refused, match="disk/data") as refused:
        restore(archive, tmp_path / "disk", "postgresql://nobody@127.0.0.1:1/x")
    assert codes(refused) == ["CAR_RESTORE_PLACE"]


def test_what_was_changed_before_the_backup_is_found_by_its_audit(
    office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    delete(office / "hailong.sqlite3", slip(3).id)
    archive = backed_up(office, tmp_path / "backups")
    assert cli.main(["restore", str(archive), "--data", str(tmp_path / "new"), "--language", "en"]) == 1
    assert slip(3).commitment in capsys.readouterr().out
    assert (tmp_path / "new" / "hailong.sqlite3").exists()


def test_the_days_go_on_being_closed_on_what_was_restored(archive: Path, tmp_path: Path) -> None:
    done = restore(archive, tmp_path / "new")
    with Store.open(done.folder / "hailong.sqlite3") as store:
        store.add(slip(999, day="2026-11-10"))
        key = signing_key(done.folder, lambda _: b"")
        (closed,) = close_days(store, done.folder, key, SECOND + timedelta(days=2))
    assert closed.size == 41
