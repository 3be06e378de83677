"""How is the proof worked from the command line? `hailong close-day` closes days, `hailong audit` checks everything."""

import argparse
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from survey import clock
from survey.command import Commands, add_command, read_file
from survey.errors import Problem, Refused, word
from survey.ledger import public_bytes, read_vkey, signing_key
from survey.proof.audit import audit
from survey.proof.audit_text import audit_text
from survey.proof.closing import close_days
from survey.proof.published import FOLDER
from survey.site import Site, close, site

_FOLDER = "hailong-data"


def add_commands(commands: Commands, language: str) -> None:
    """The commands `close-day` and `audit`."""
    closing = add_command(commands, "close-day", _close_day, language)
    auditing = add_command(commands, "audit", _audit, language)
    for command in (closing, auditing):
        of_folder = word("CLI_OPT_DATA", language, folder=_FOLDER)
        command.add_argument("--data", metavar=word("CLI_FOLDER", language), help=of_folder)
    folder, file = word("CLI_FOLDER", language), word("PRF_FILE", language)
    auditing.add_argument("--published", metavar=folder, help=word("PRF_OPT_PUBLISHED", language))
    auditing.add_argument("--vkey", metavar="VKEY", help=word("PRF_OPT_VKEY", language))
    auditing.add_argument("--against", metavar=file, help=word("PRF_OPT_AGAINST", language))


def _close_day(given: argparse.Namespace) -> None:
    with _opened(given) as here:
        closed = close_days(here.store, here.folder, signing_key(here.folder, secrets.token_bytes), clock.now())
    for each in closed:
        values = {"round": each.round_id, "through": each.through, "added": sum(each.days.values()), "size": each.size}
        _say(word("PRF_CLOSED", given.language, **values))
    if not closed:
        _say(word("PRF_NOTHING", given.language))


def _audit(given: argparse.Namespace) -> int:
    """0 if nothing was found, else 1."""
    against = read_file(Path(given.against)).decode("utf-8", "replace") if given.against else ""
    with _opened(given) as here:
        published = Path(given.published) if given.published else here.folder / FOLDER
        public = _public(given.vkey) if given.vkey else public_bytes(signing_key(here.folder, secrets.token_bytes))
        done = audit(here.store, published, public, clock.today(), against)
    _say(audit_text(done, given.language))
    return 0 if done.clean else 1


def _public(text: str) -> bytes:
    """The key in a vkey text, or in the file of that name."""
    return read_vkey(text if "+" in text else read_file(Path(text)).decode("utf-8", "replace"))


@contextmanager
def _opened(given: argparse.Namespace) -> Iterator[Site]:
    """The data folder that was named. Unlike the server, these commands make none: an empty one would be clean."""
    folder = Path(given.data or os.environ.get("HAILONG_DATA") or _FOLDER)
    if not folder.is_dir():
        raise Refused([Problem(code="PRF_NO_FOLDER", values={"path": folder})])
    os.environ["HAILONG_DATA"] = str(folder)
    try:
        yield site()
    finally:
        close()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
