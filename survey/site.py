"""Which installation is this? The data folder, the open store, the secret, and what this process serves."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final, Literal, cast, get_args

from survey.errors import Problem, Refused
from survey.keys import load_secret
from survey.ledger import PROMISE
from survey.store import Store

Role = Literal["all", "staff", "public"]
"""What this process serves (HAILONG_ROLE): citizens' pages, the desk, or both."""

ROLE: Final = "HAILONG_ROLE"
DATABASE: Final = "DATABASE_URL"
"""postgresql://user:password@server/database; without it a SQLite file in the data folder."""

FOLDER: Final = "hailong-data"
"""The data folder where none is named."""

FILE: Final = "hailong.sqlite3"
"""The SQLite file in the data folder, where there is no DATABASE_URL."""

SECRET: Final = "secret.key"  # noqa: S105  a file's name


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One opened data folder. `store` is for all threads, `secret` signs form keys, links and desk sessions."""

    folder: Path
    store: Store
    secret: bytes
    role: Role


_opened: dict[Path, Site] = {}
_named: dict[str, Site] = {}
_opening = Lock()


def site() -> Site:
    """The data folder of this process (HAILONG_DATA, default ./hailong-data), opened once and kept open.

    The answers are in the database of DATABASE_URL if that is set, the secret is in the folder. Raises Refused if one
    cannot be used, or for a role there is none of.
    """
    named = os.environ.get("HAILONG_DATA") or FOLDER
    if (known := _named.get(named)) is not None:
        return known
    folder = Path(named).absolute()
    with _opening:
        if folder not in _opened:
            role = os.environ.get(ROLE) or "all"
            if role not in get_args(Role):
                raise Refused([Problem(code="SITE_ROLE", values={"got": role, "allowed": ", ".join(get_args(Role))})])
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            role = cast(Role, role)
            url = os.environ.get(DATABASE)
            store = Store.open(url or folder / FILE, role=role)
            try:
                for name in (SECRET, PROMISE) if url else ():
                    _must_be_shared(folder, name, store, role)
                secret = load_secret(folder / SECRET, secrets.token_bytes)
            except BaseException:
                store.close()
                raise
            _opened[folder] = Site(folder=folder, store=store, secret=secret, role=role)
        if folder == Path(named):  # what is said in full means the same wherever the process goes
            _named[named] = _opened[folder]
        return _opened[folder]


@contextmanager
def existing(named: str | None) -> Iterator[Site]:
    """The data folder of that name (None: as `site` finds it), closed at the end.

    Unlike the server this makes none: an empty one would be clean. Raises Refused (PRF_NO_FOLDER), or as `site`.
    """
    folder = Path(named or os.environ.get("HAILONG_DATA") or FOLDER)
    if not folder.is_dir():
        raise Refused([Problem(code="PRF_NO_FOLDER", values={"path": folder})])
    os.environ["HAILONG_DATA"] = str(folder)
    try:
        yield site()
    finally:
        close()


def _must_be_shared(folder: Path, name: str, store: Store, role: Role) -> None:
    """Processes of one server sign with the same keys. Only the first of the office's makes one, and notes its print.

    A second machine that made its own would turn away every link and invitation, and sign receipts nobody can check.
    """
    noted = store.key_print(name)
    if not (folder / name).exists() and (noted is not None or role == "public"):
        raise Refused([Problem(code="SITE_KEY_MISSING", values={"file": name, "folder": folder})])
    key = load_secret(folder / name, secrets.token_bytes)
    mine = hashlib.sha256(b"hailong key print 1\x00" + name.encode() + b"\x00" + key).hexdigest()
    if noted is None and role == "public":
        raise Refused([Problem(code="SITE_KEY_UNKNOWN", values={"file": name})])
    if noted is None:
        store.note_key_print(name, mine)
        noted = store.key_print(name)  # another machine may have been first
    if noted != mine:
        raise Refused([Problem(code="SITE_KEY_OTHER", values={"file": name, "folder": folder})])


def close() -> None:
    """Lets go of every opened folder, when the server stops."""
    with _opening:
        for opened in _opened.values():
            opened.store.close()
        _opened.clear()
        _named.clear()
