"""The command line: serve the product, show it with the sample round, make a report of a file of answers.

The door knows every command and starts the server; what a command computes is in the room that answers for it.
"""

import argparse
import logging
import os
import secrets
import shlex
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

import uvicorn

from analysis.report import command as report
from sample_responses import whole as samples
from survey.access import (
    ADMINISTRATOR,
    change,
    ensure_passcode,
    everybody,
    read_rules,
    remove_passcode,
    reset_passcode,
    same_person,
)
from survey.access.rules import PROXY
from survey.care import command as care
from survey.clock import now
from survey.command import Parser, add_command, reason, spoken, tell, tell_refused, write_files
from survey.errors import Problem, Refused, word
from survey.instruments import load, shipped
from survey.links import light_address
from survey.lint import lint
from survey.lint import reason as kept_because
from survey.pages.addresses import URL
from survey.pages.loop import LOOP
from survey.privacy import command as privacy
from survey.proof import command as proof
from survey.proof.staff_log import CONSOLE, write_act
from survey.roles import ROLES
from survey.site import DATABASE, FILE, Site, close, existing, site

_NOT_STARTED = 3  # what uvicorn, too, ends with


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0, or 1 where input was refused (its problems are on standard error) or found faulty."""
    language = "vi"
    try:
        language = spoken(arguments, os.environ)
        given = _parser(language).parse_args(arguments)
        return int(given.run(given) or 0)
    except Refused as refused:
        tell_refused(refused, language)
        return 1
    except PermissionError as error:  # a data folder of another account
        values = {"got": error.filename, "reason": reason(error)}
        tell_refused(Refused([Problem(code="CLI_FILE", values=values)]), language)
        return 1


def _parser(language: str = "vi") -> Parser:
    parser = Parser(prog="hailong", description=word("CLI_ABOUT", language), language=language)
    commands = parser.add_subparsers(required=True, metavar=word("CLI_COMMAND", language))
    for name, run, folder in (
        ("serve", _serve, "hailong-data"),
        ("demo", _demo, "hailong-demo"),
        ("passcode", _passcode, "hailong-data"),
    ):
        command = add_command(commands, name, run, language)
        command.set_defaults(folder=folder)
        of_folder = word("CLI_OPT_DATA", language, folder=folder)
        command.add_argument("--data", metavar=word("CLI_FOLDER", language), help=of_folder)
        if name == "passcode":
            whose = command.add_mutually_exclusive_group(required=True)
            whose.add_argument("--new", action="store_true", help=word("CLI_OPT_NEW", language))
            name_of = word("ACC_PERSON", language)
            whose.add_argument(
                "--person", metavar=name_of, default=ADMINISTRATOR, help=word("ACC_OPT_PERSON", language)
            )
            whose.add_argument("--remove", metavar=name_of, help=word("ACC_OPT_REMOVE", language))
            of_units = tuple(role for role in ROLES if role != "viewer")  # whose units are chosen at the desk
            command.add_argument("--role", choices=of_units, help=word("ACC_OPT_ROLE", language))
        else:
            command.add_argument("--host", default="127.0.0.1", help=word("CLI_OPT_HOST", language))
            command.add_argument("--port", type=int, default=8501, help=word("CLI_OPT_PORT", language))
    report.add_commands(commands, language)
    sample = add_command(commands, "sample-report", _sample_report, language)
    sample.add_argument(
        "--out", required=True, metavar=word("CLI_FOLDER", language), help=word("CLI_OPT_OUT_FOLDER", language)
    )
    proof.add_commands(commands, language)
    privacy.add_commands(commands, language)
    care.add_commands(commands, language)
    checked = add_command(commands, "lint", _lint, language)
    checked.add_argument(
        "instrument", metavar="ID", help=word("CLI_OPT_INSTRUMENT", language, ids=", ".join(shipped()))
    )
    return parser


def _serve(given: argparse.Namespace) -> int:
    here = _opened(given)
    _must_be_free(given.host, given.port)
    rounds = [round_.id for round_ in here.store.rounds()]
    if here.role == "public":
        close()
        _citizens_only(given, rounds)
    return _start(given, here, rounds, ensure_passcode(here.folder, secrets.token_bytes))


def _demo(given: argparse.Namespace) -> int:
    here = _opened(given)
    if here.role != "all":
        raise Refused([Problem(code="SITE_DEMO_ROLE")])
    _must_be_free(given.host, given.port)
    tell(word("CLI_LOADING", given.language))
    round_ = samples.load_all(here.store)
    return _start(given, here, [round_.id], reset_passcode(here.folder, secrets.token_bytes))


def _citizens_only(given: argparse.Namespace, rounds: Sequence[str]) -> NoReturn:
    """The citizens' process in place of this one: the analysis, which is loaded here, must not be there."""
    _tell_forms(given, rounds)
    print(word("CLI_STOP", given.language), flush=True)
    options = ["--host", given.host, "--port", str(given.port), "--log-level", "warning"]
    options += ["--no-access-log", "--no-server-header", "--loop", LOOP]
    os.execv(sys.executable, [sys.executable, "-m", "uvicorn", "survey.pages.public:app", *options])


def _start(given: argparse.Namespace, here: Site, rounds: Sequence[str], passcode: str | None) -> int:
    """Say where everything is, then serve until stopped. Returns the exit code."""
    if here.role == "all":
        _tell_forms(given, rounds)
    print(word("CLI_DESK_AT", given.language, address=f"http://{given.host}:{given.port}/ban-lam-viec"))
    if passcode is None:
        again = f"hailong passcode --new --data {shlex.quote(str(here.folder))}"
        print(word("CLI_PASSCODE_TOLD", given.language, command=again))
    else:
        print(word("CLI_PASSCODE", given.language, passcode=passcode))
    print(word("CLI_STOP", given.language), flush=True)
    # Streamlit's messages are small and many: compressing each costs a quarter of the CPU (Streamlit itself does not).
    settings = uvicorn.Config(
        "app:app",
        host=given.host,
        port=given.port,
        server_header=False,
        ws_per_message_deflate=False,
        loop=LOOP,
        proxy_headers=not os.environ.get(PROXY),  # else survey.pages.peer must know who is really connected
    )
    server = uvicorn.Server(settings)
    server.config.load()  # brings in Streamlit, which makes uvicorn talk; what it has to say stands above
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    with suppress(KeyboardInterrupt):
        server.run()
    return 0 if server.started else _NOT_STARTED


def _tell_forms(given: argparse.Namespace, rounds: Sequence[str]) -> None:
    public = os.environ.get(URL, "").strip() or f"http://{given.host}:{given.port}"
    for round_id in rounds:
        print(word("CLI_FORM_AT", given.language, address=light_address(public, round_id)))


def _opened(given: argparse.Namespace) -> Site:
    """The installation that was named, which the server in this process then finds open."""
    read_rules(os.environ)  # what cannot be read is told before anything is made
    os.environ["HAILONG_DATA"] = str(_folder(given))
    return site()


def _must_be_free(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            values = {"host": host, "port": port, "reason": reason(error)}
            raise Refused([Problem(code="CLI_PORT", values=values)]) from error


def _sample_report(given: argparse.Namespace) -> None:
    """Every file of the sample province's report."""
    folder = Path(given.out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused([Problem(code="CLI_WRITE", values={"got": folder, "reason": reason(error)})]) from error
    tell(word("CLI_LOADING", given.language))
    created = now().replace(tzinfo=None, microsecond=0)
    files = samples.report_files(given.language, created=created, code_version=version("hailong"))
    write_files({str(folder / name): content for name, content in files.items()}, given.language)


def _passcode(given: argparse.Namespace) -> None:
    if given.remove is not None:
        name = remove_passcode(_folder(given), secrets.token_bytes, given.remove)
        _noted(given, "people.remove", name)
        tell(word("ACC_REMOVED", given.language, name=name))
        return
    folder, random = _folder(given), secrets.token_bytes
    there = next((each for each in everybody(folder) if same_person(each.name, given.person)), None)
    if there is not None and given.role is not None:
        change(folder, random, there.name, given.role, identities=there.identities)
    print(reset_passcode(folder, random, given.person, given.role))
    mine = next(each for each in everybody(folder) if same_person(each.name, given.person))
    _noted(given, "people.passcode", f"{mine.name}: {mine.role}")


def _noted(given: argparse.Namespace, act: str, about: str) -> None:
    """Into the staff log, where there is a store; a passcode is also the way back in where the store is broken."""
    if not ((_folder(given) / FILE).exists() or os.environ.get(DATABASE)):
        return
    try:
        with existing(str(_folder(given))) as here:
            write_act(here.store, CONSOLE, CONSOLE, act, about, now())
    except Refused as refused:
        tell_refused(refused, given.language)


def _lint(given: argparse.Namespace) -> int:
    """What is to be mended in a questionnaire; 1 where something is an error."""
    language, questionnaire = given.language, load(given.instrument)
    found = lint(questionnaire)
    kept = [finding for finding in found if kept_because(questionnaire, finding)]
    left = [finding for finding in found if finding not in kept]
    if not left:
        print(word("LNT_NOTHING", language))
    for level, heading in (("error", "LNT_ERRORS"), ("advice", "LNT_ADVICE")):
        some = [finding for finding in left if finding.level == level]
        if some:
            print(word(heading, language, count=len(some)))
        for finding in some:
            print(f"  • {finding.say(language)}")
    if kept:
        print(word("LNT_ACCEPTED", language, count=len(kept)))
    return int(any(finding.level == "error" for finding in left))


def _folder(given: argparse.Namespace) -> Path:
    folder = Path(given.data or os.environ.get("HAILONG_DATA") or given.folder).absolute()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


if __name__ == "__main__":
    sys.exit(main())
