"""How is the proof worked from the command line? Closing days, auditing everything, verifying a single proof."""

import argparse
import secrets
import sys
from pathlib import Path

from survey import clock
from survey.command import Commands, add_command, read_file
from survey.errors import Problem, Refused, word
from survey.ledger import code_in, known_key, public_bytes, read_proof, read_vkey
from survey.proof.audit import audit
from survey.proof.audit_text import audit_text
from survey.proof.closing import close_days, closing_key
from survey.proof.published import FOLDER
from survey.site import FOLDER as DATA
from survey.site import existing


def add_commands(commands: Commands, language: str) -> None:
    """The commands `close-day`, `audit` and `verify`."""
    closing = add_command(commands, "close-day", _close_day, language)
    auditing = add_command(commands, "audit", _audit, language)
    for command in (closing, auditing):
        of_folder = word("CLI_OPT_DATA", language, folder=DATA)
        command.add_argument("--data", metavar=word("CLI_FOLDER", language), help=of_folder)
    folder, file = word("CLI_FOLDER", language), word("PRF_FILE", language)
    auditing.add_argument("--published", metavar=folder, help=word("PRF_OPT_PUBLISHED", language))
    auditing.add_argument("--vkey", metavar="VKEY", help=word("PRF_OPT_VKEY", language))
    auditing.add_argument("--against", metavar=file, help=word("PRF_OPT_AGAINST", language))
    auditing.add_argument("--log", metavar=word("LOG_LINE", language), default="", help=word("LOG_OPT", language))
    verifying = add_command(commands, "verify", _verify, language)
    verifying.add_argument("proof", metavar=file, help=word("PRF_OPT_PROOF", language))
    verifying.add_argument("--code", required=True, metavar="HAILONG1", help=word("PRF_OPT_CODE", language))
    verifying.add_argument("--vkey", required=True, metavar="VKEY", help=word("PRF_OPT_KEPT_VKEY", language))


def _close_day(given: argparse.Namespace) -> None:
    with existing(given.data) as here:
        key = closing_key(here.store, here.folder, secrets.token_bytes)
        closed = close_days(here.store, here.folder, key, clock.now())
    for each in closed:
        values = {"round": each.round_id, "through": each.through, "added": sum(each.days.values()), "size": each.size}
        _say(word("PRF_CLOSED", given.language, **values))
    if not closed:
        _say(word("PRF_NOTHING", given.language))


def _audit(given: argparse.Namespace) -> int:
    """0 if nothing was found, else 1."""
    against = read_file(Path(given.against)).decode("utf-8", "replace") if given.against else ""
    with existing(given.data) as here:
        published = Path(given.published) if given.published else here.folder / FOLDER
        public = _public(given.vkey) if given.vkey else _own(here.folder)
        done = audit(here.store, published, public, clock.today(), against, given.log)
    _say(audit_text(done, given.language))
    return 0 if done.clean else 1


def _verify(given: argparse.Namespace) -> None:
    """Raises Refused, which ends the command with 1, as `read_proof`, `code_in`, `read_vkey` and `Proof.check`."""
    proof = read_proof(read_file(Path(given.proof)).decode("utf-8", "replace"))
    head = proof.check(code_in(given.code), _public(given.vkey))
    _say(word("PRF_VERIFIED", given.language, origin=head.origin, through=head.through, size=head.size))


def _own(folder: Path) -> bytes:
    key = known_key(folder)
    if key is None:
        raise Refused([Problem(code="PRF_NO_KEY", values={"path": folder})])
    return public_bytes(key)


def _public(text: str) -> bytes:
    """The key in a vkey text, or in the file of that name."""
    return read_vkey(text if "+" in text else read_file(Path(text)).decode("utf-8", "replace"))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
