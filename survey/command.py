"""How does the command line speak with a person? A parser, messages and files' faults, all in their language.

Only what every command shares: the commands themselves are in `cli.py` and in the rooms whose work they start.
"""

import argparse
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from errno import errorcode
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from survey.errors import Problem, Refused, catalogue, languages, word

LANGUAGE = "HAILONG_LANGUAGE"
"""The setting that names the language where `--language` does not. LANG is not asked: an office's server often has
English there without anybody having chosen it."""

Commands = Any
"""What `Parser.add_subparsers` gives; argparse has no public name for it."""

# What argparse says of a wrong command line, which it words in English only.
_FAULTS = (
    (r"the following arguments are required: (?P<names>.*)", "CLI_MISSING"),
    (r"one of the arguments (?P<names>.*) is required", "CLI_MISSING"),
    (r"argument (?P<name>\S+): not allowed with argument (?P<other>\S+)", "CLI_TOGETHER"),
    (r"unrecognized arguments: (?P<names>.*)", "CLI_UNKNOWN"),
    (r"argument (?P<name>\S+): invalid choice: (?P<got>.*) \(choose from (?P<allowed>.*)\)", "CLI_CHOICE"),
    (r"argument (?P<name>\S+): invalid (?:float|int) value: (?P<got>.*)", "CLI_NUMBER"),
    (r"argument (?P<name>\S+): expected one argument", "CLI_VALUE"),
)


class Parser(argparse.ArgumentParser):
    """An argument parser whose headings, help and faults are worded in `language`."""

    def __init__(self, *, language: str = "vi", **settings: Any) -> None:
        super().__init__(add_help=False, formatter_class=partial(_Formatter, language=language), **settings)
        self.language = language
        self._positionals.title = word("CLI_POSITIONALS", language)
        self._optionals.title = word("CLI_OPTIONS", language)
        self.add_argument("-h", "--help", action="help", help=word("CLI_HELP", language))
        self.add_argument("--language", choices=languages(), default=language, help=word("CLI_LANGUAGE", language))

    def error(self, message: str) -> NoReturn:
        """Ends with code 2 after the usage, what is wrong, and where help is."""
        found = ((code, re.fullmatch(pattern, message)) for pattern, code in _FAULTS)
        said = next((word(code, self.language, **match.groupdict()) for code, match in found if match), message)
        self.exit(2, f"{self.format_usage()}{self.prog}: {said}\n{word('CLI_SEE', self.language, prog=self.prog)}\n")


class _Formatter(argparse.HelpFormatter):
    def __init__(self, *, language: str, **settings: Any) -> None:
        super().__init__(**settings)
        self._heading = word("CLI_USAGE", language) + " "

    def add_usage(
        self,
        usage: str | None,
        actions: Any,
        groups: Any,
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, self._heading if prefix is None else prefix)


def add_command(
    commands: Commands, name: str, run: Callable[[argparse.Namespace], int | None], language: str, **gaps: object
) -> Parser:
    """A command that calls `run`, whose number (0 if None) is the exit code; its help is the text `CLI_DO_<NAME>`.

    Add its arguments to what comes back.
    """
    words = word(f"CLI_DO_{name.upper().replace('-', '_')}", language, **gaps)
    command: Parser = commands.add_parser(name, help=words, description=words, language=language)
    command.set_defaults(run=run)
    return command


def spoken(arguments: Sequence[str] | None, settings: Mapping[str, str]) -> str:
    """The language of this run: `--language` wherever it stands, else HAILONG_LANGUAGE, else Vietnamese.

    `arguments` None: those of this process. Raises Refused for a setting that names no language of the product; a
    wrong `--language` is left to the parser.
    """
    scan = argparse.ArgumentParser(add_help=False)
    scan.add_argument("--language", nargs="?")
    wanted: str | None = scan.parse_known_args(arguments)[0].language
    if wanted in languages():
        return wanted
    setting = settings.get(LANGUAGE) or "vi"
    if setting not in languages():
        values = {"name": LANGUAGE, "got": setting, "allowed": ", ".join(languages())}
        raise Refused([Problem(code="CLI_BAD_LANGUAGE", values=values)])
    return setting


def tell(text: str) -> None:
    """One line to the person, on standard error: standard output is for results."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def tell_refused(refused: Refused, language: str) -> None:
    """Everything that was wrong, a line each."""
    tell(word("CLI_REFUSED", language, count=len(refused.problems)))
    for problem in refused.problems:
        tell(f"  • {problem.say(language)}")


def reason(error: OSError) -> object:
    """Why the system refused, as a value of a Problem: worded where we have words, else as the system says it."""
    code = f"CLI_WHY_{errorcode.get(error.errno or 0, '')}"
    if code not in catalogue():
        return error.strerror
    return {language: word(code, language) for language in languages()}


def read_file(path: Path) -> bytes:
    """The file's bytes. Raises Refused if it cannot be opened."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused([Problem(code="CLI_FILE", values={"got": path, "reason": reason(error)})]) from error


def write_files(results: Mapping[str, bytes], language: str) -> None:
    """Writes each file and says so. Raises Refused at the first that cannot be written."""
    for name, content in results.items():
        try:
            Path(name).write_bytes(content)
        except OSError as error:
            raise Refused([Problem(code="CLI_WRITE", values={"got": name, "reason": reason(error)})]) from error
        tell(word("CLI_WRITTEN", language, file=name))
