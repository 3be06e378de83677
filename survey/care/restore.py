"""How does a backup become an installation again? Every file compared, the store opened, brought forward and audited.

An archive is a file that somebody carried about: what it holds is written to a folder beside the wanted one, judged
there, and gets the wanted name at the end or not at all.
"""

import os
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import IO, Final

from survey.care.manifest import DAMAGED, NAME, Manifest, held, print_of_file, read_manifest
from survey.command import reason
from survey.errors import Problem, Refused
from survey.ledger import known_key, public_bytes
from survey.proof.audit import Audit, audit
from survey.proof.published import FOLDER
from survey.site import FILE
from survey.store import Store

_LONGEST_MANIFEST: Final = 64 << 20
_NO_KEY: Final = bytes(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was restored to where. `migrated`: an older program had made it; `audit`: as of the day of the backup."""

    folder: Path
    manifest: Manifest
    migrated: bool
    audit: Audit


def restore(archive: Path, folder: Path, url: str | None = None) -> Restored:
    """Make a data folder of the archive; with `url` its slips go into that empty PostgreSQL database, as its owner.

    Raises Refused, with nothing left in the folder: CAR_RESTORE_EXISTS (never into a folder with something in it),
    CAR_RESTORE_PLACE, CAR_NOT_OURS, CAR_ARCHIVE_NEWER, CAR_ARCHIVE_DAMAGED, CAR_RESTORE_WRITE, CAR_RESTORE_DIFFERS,
    or as Store.open does. A server is filled only after the archive was found to hold what it says.
    """
    folder = folder.absolute()
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise Refused([Problem(code="CAR_RESTORE_EXISTS", values={"path": folder})])
    with _beside(folder) as work:
        manifest = _unpacked(archive, work)
        migrated = _older(work / FILE)
        with Store.open(work / FILE) as store:
            if wrong := store.faults():
                values = {"path": archive, "what": "; ".join(wrong[:3])[:300]}
                raise Refused([Problem(code="CAR_ARCHIVE_DAMAGED", values=values)])
            _must_hold(store, manifest)
        if url:
            with Store.open(url) as server:
                server.fill_from(work / FILE)
                _must_hold(server, manifest)
                found = _audited(server, work, manifest)
            (work / FILE).unlink()
        else:
            with Store.open(work / FILE) as store:
                found = _audited(store, work, manifest)
        work.rename(folder)
    return Restored(folder=folder, manifest=manifest, migrated=migrated, audit=found)


def _must_hold(store: Store, manifest: Manifest) -> None:
    """Raises Refused (CAR_RESTORE_DIFFERS) unless the store holds what the manifest says."""
    now = held(store)
    if now != manifest.held:
        values = {"got": now.slips, "slips": manifest.held.slips}
        raise Refused([Problem(code="CAR_RESTORE_DIFFERS", values=values)])


def _audited(store: Store, work: Path, manifest: Manifest) -> Audit:
    key = known_key(work)
    public = public_bytes(key) if key is not None else _NO_KEY
    return audit(store, work / FOLDER, public, date.fromisoformat(manifest.made[:10]))


def _older(path: Path) -> bool:
    """Whether an older program made the store. Raises Refused as Store.open does for everything else."""
    try:
        Store.open(path, migrating=False).close()
    except Refused as refused:
        if [problem.code for problem in refused.problems] != ["STO_NOT_MIGRATED"]:
            raise
        return True
    return False


@contextmanager
def _beside(folder: Path) -> Iterator[Path]:
    """A folder beside the wanted one, gone at the end unless it got that name."""
    work = folder.with_name(f".{folder.name}.{os.getpid()}")
    try:
        with suppress(FileNotFoundError):
            folder.rmdir()  # first of all: where a disk is mounted, nothing else can get the name
        work.mkdir(mode=0o700, parents=True)
    except OSError as error:
        values = {"path": folder, "reason": reason(error)}
        raise Refused([Problem(code="CAR_RESTORE_PLACE", values=values)]) from error
    try:
        yield work
    except OSError as error:
        values = {"path": error.filename or folder, "reason": reason(error)}
        raise Refused([Problem(code="CAR_RESTORE_WRITE", values=values)]) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _unpacked(archive: Path, work: Path) -> Manifest:
    """The archive's files in `work`, each as the manifest says. Nothing that it does not name is ever written."""
    try:
        file = archive.open("rb")
    except OSError as error:
        values = {"got": archive, "reason": reason(error)}
        raise Refused([Problem(code="CLI_FILE", values=values)]) from error
    manifest: Manifest | None = None
    try:
        with file, tarfile.open(fileobj=file, mode="r:gz") as tar:
            manifest = _manifest_of(tar)
            for member in tar:
                if member.name != NAME:
                    _take(tar, member, manifest, work, archive)
    except DAMAGED as error:
        values = {"path": archive, "what": type(error).__name__}
        code = "CAR_NOT_OURS" if manifest is None else "CAR_ARCHIVE_DAMAGED"
        raise Refused([Problem(code=code, values=values)]) from error
    for name, (size, digest) in manifest.files.items():
        path = work / name
        if not path.is_file() or print_of_file(path) != (size, digest):
            raise Refused([Problem(code="CAR_ARCHIVE_DAMAGED", values={"path": archive, "what": name[:200]})])
    if FILE not in manifest.files:
        raise Refused([Problem(code="CAR_NOT_OURS")])
    return manifest


def _manifest_of(tar: tarfile.TarFile) -> Manifest:
    """The first entry."""
    first = tar.next()
    content = tar.extractfile(first) if first is not None and first.isreg() and first.name == NAME else None
    if first is None or content is None or first.size > _LONGEST_MANIFEST:
        raise Refused([Problem(code="CAR_NOT_OURS")])
    return read_manifest(content.read().decode("utf-8", "replace"))


def _take(tar: tarfile.TarFile, member: tarfile.TarInfo, manifest: Manifest, work: Path, archive: Path) -> None:
    """Raises Refused for a name that leads elsewhere, a link, or a length that is not the manifest's."""
    pure = PurePosixPath(member.name)
    known = manifest.files.get(member.name)
    odd = pure.is_absolute() or ".." in pure.parts or "\\" in member.name or ":" in member.name or "\0" in member.name
    content: IO[bytes] | None = tar.extractfile(member) if member.isreg() else None
    if odd or content is None or known is None or known[0] != member.size:
        raise Refused([Problem(code="CAR_ARCHIVE_DAMAGED", values={"path": archive, "what": member.name[:200]})])
    path = work.joinpath(*pure.parts)
    public = pure.parts[0] == FOLDER  # the citizens' process, another account, reads the ledger
    path.parent.mkdir(mode=0o755 if public else 0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644 if public else 0o600), "wb") as file:
        shutil.copyfileobj(content, file)
