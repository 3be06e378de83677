"""How is everything copied away while people go on answering? One archive, read back before it counts.

It holds a copy of the store, the keys, the passcodes and the published ledger: whoever has it has the answers and can
sign. It is written with the owner's rights only; to encrypt and to carry it away is the office's business.
"""

import os
import re
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from errno import ENOSPC
from pathlib import Path
from typing import Final

from survey.care.last import LATE, NOTE, LastBackup, note_backup
from survey.care.manifest import DAMAGED, NAME, Manifest, held, manifest_text, print_of, print_of_file
from survey.command import reason
from survey.errors import Problem, Refused
from survey.proof.lock import alone
from survey.site import FILE
from survey.store import Store

KEEP: Final = 14
"""Archives that stay: two weeks of nights."""

_ARCHIVE: Final = re.compile(r"hailong-[0-9]{8}T[0-9]{6}Z\.tar\.gz")
_WORKSHOP: Final = re.compile(r"\.hailong-([0-9]{8}T[0-9]{6}Z)\.tar\.gz\.[0-9]+")
_MOMENT: Final = "%Y%m%dT%H%M%SZ"
_LEFT_OUT: Final = (NOTE, ".lock")  # how names end of what belongs to this machine and moment
_SESSIONS: Final = "sessions"
_PRIVATE: Final = 0o600


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A backup that was made: the note of it, what is in it, and the older archives that were removed.

    `undone`: why it could not be noted, or an older one not be removed; the archive itself is whole.
    """

    last: LastBackup
    manifest: Manifest
    removed: tuple[Path, ...] = ()
    undone: Problem | None = None


def back_up(store: Store, folder: Path, target: Path, *, keep: int, now: datetime, program: str) -> Made:
    """Copy store and data folder into one new archive in `target`, read it back, and let go of the oldest.

    `keep` archives stay at most, at least one; only files named as a backup names them are ever removed, and only after
    a new one is whole. `now` is aware, `program` the version that runs. No day is closed meanwhile: store and ledger
    fit each other. Raises Refused: CAR_KEEP, CAR_TARGET (inside the data folder), CAR_BACKUP_WRITE, CAR_BACKUP_DIFFERS,
    or as the store does; nothing is left of an archive that is not whole.
    """
    if keep < 1:
        raise Refused([Problem(code="CAR_KEEP", values={"got": keep})])
    target, moment = target.absolute(), now.astimezone(UTC)
    if target.resolve().is_relative_to(folder.resolve()):
        raise Refused([Problem(code="CAR_TARGET", values={"path": target})])
    archive = target / f"hailong-{moment.strftime(_MOMENT)}.tar.gz"
    with _written(target), _workshop(target, archive, moment) as work:
        with alone(folder):
            _copy(store, work / FILE)
            _take_files(folder, work)
        with Store.open(work / FILE, migrating=False) as copy:
            if wrong := copy.faults():
                values = {"path": archive, "what": "; ".join(wrong[:3])[:300]}
                raise Refused([Problem(code="CAR_BACKUP_DIFFERS", values=values)])
            inside = held(copy)
        names = sorted(path.relative_to(work).as_posix() for path in work.rglob("*") if path.is_file())
        manifest = Manifest(
            made=f"{moment:%Y-%m-%dT%H:%M:%SZ}",
            program=program,
            database=store.database(),
            held=inside,
            files={name: print_of_file(work / name) for name in names},
        )
        (work / NAME).write_text(manifest_text(manifest), "utf-8")
        draft = work / archive.name
        _pack(work, (NAME, *names), draft)
        must_be_whole(draft, manifest)
        size, digest = print_of_file(draft)
        draft.replace(archive)
        _settle(target)
    last = LastBackup(moment=now, file=archive, size=size, sha256=digest)
    try:
        note_backup(folder, last)
        removed = _let_go(target, keep)
    except OSError as error:
        values = {"path": error.filename or folder, "reason": reason(error)}
        return Made(last=last, manifest=manifest, undone=Problem(code="CAR_BACKUP_UNDONE", values=values))
    return Made(last=last, manifest=manifest, removed=removed)


def must_be_whole(archive: Path, manifest: Manifest) -> None:
    """Raises Refused (CAR_BACKUP_DIFFERS) unless the archive holds exactly the files that the manifest says."""
    found: dict[str, tuple[int, str]] = {}
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for member in tar:
                if member.name != NAME:
                    content = tar.extractfile(member)
                    found[member.name] = print_of(content) if content is not None else (0, "")
    except DAMAGED as error:
        values = {"path": archive, "what": type(error).__name__}
        raise Refused([Problem(code="CAR_BACKUP_DIFFERS", values=values)]) from error
    for name in sorted(found.keys() | manifest.files.keys()):
        if found.get(name) != manifest.files.get(name):
            raise Refused([Problem(code="CAR_BACKUP_DIFFERS", values={"path": archive, "what": name[:200]})])


@contextmanager
def _written(target: Path) -> Iterator[None]:
    """What the system refuses is told with its reason."""
    try:
        yield
    except OSError as error:
        values = {"path": error.filename or target, "reason": reason(error)}
        raise Refused([Problem(code="CAR_BACKUP_WRITE", values=values)]) from error


@contextmanager
def _workshop(target: Path, archive: Path, moment: datetime) -> Iterator[Path]:
    """A folder beside the archive to be, gone at the end with whatever is in it.

    One of a run that was killed goes a day later: it is a copy of all answers that nobody would look for.
    """
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    long_ago = (moment - LATE).strftime(_MOMENT)
    for path in target.iterdir():
        if (left := _WORKSHOP.fullmatch(path.name)) and left[1] < long_ago:
            shutil.rmtree(path, ignore_errors=True)
    work = target / f".{archive.name}.{os.getpid()}"
    work.mkdir(mode=0o700)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _copy(store: Store, path: Path) -> None:
    """What the store would say of a full disk is meant for somebody whose slip was not kept."""
    try:
        store.copy_to(path)
    except Refused as refused:
        if any(problem.code == "STO_FULL" for problem in refused.problems):
            raise OSError(ENOSPC, os.strerror(ENOSPC), str(path.parent.parent)) from refused
        raise


def _take_files(folder: Path, work: Path) -> None:
    """Every file of the data folder but the database, what is of this machine and moment, and links to elsewhere."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_symlink() or not path.is_file() or name.name.endswith(_LEFT_OUT):
            continue
        if any(part.startswith(".") for part in name.parts) or name.parts[0].startswith((FILE, _SESSIONS)):
            continue
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, work / name)


def _pack(work: Path, names: tuple[str, ...], draft: Path) -> None:
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "wb") as file:
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as tar:
            for name in names:
                tar.add(work / name, arcname=name, filter=_plain)
        file.flush()
        os.fsync(file.fileno())


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Nobody's file, with the owner's rights."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = _PRIVATE
    return entry


def _settle(target: Path) -> None:
    """The new name is on disk too (not on Windows, where a folder cannot be opened)."""
    if os.name == "posix":
        handle = os.open(target, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _let_go(target: Path, keep: int) -> tuple[Path, ...]:
    ours = sorted(path for path in target.iterdir() if _ARCHIVE.fullmatch(path.name))
    old = ours[: max(0, len(ours) - keep)]
    for path in old:
        path.unlink()
    return tuple(old)
