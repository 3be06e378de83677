"""How does the server tell what went wrong, without ever telling what a person answered?

A record's own words come from our code. What an exception says may quote an answer, so of an exception only its type
and the places in the code are written, for all libraries too. HAILONG_LOG=json makes each record one line of JSON, and
adds a line for requests: a number of its own, the route as it is written in the program (never the address, which holds
a form's key), status and milliseconds. A citizen's request that went well leaves no line at all: it would tell when
somebody answered (decision 0002).
"""

import json
import logging
import sys
import traceback
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from errno import errorcode
from typing import Final, Literal, cast, get_args

from survey.errors import Problem, Refused

SETTING: Final = "HAILONG_LOG"
Form = Literal["text", "json"]

_CHAIN: Final = 6  # exceptions that caused each other
_FRAMES: Final = 4
_HEARD: Final = ("hailong", "uvicorn", "streamlit", "asyncio")  # and what is below them
request: ContextVar[str] = ContextVar("request", default="")
"""The number of the request that is being answered, empty outside of one."""


class _Handler(logging.Handler):
    """Writes to standard error, whatever that is at the moment."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()
        except Exception:  # as logging's own handlers: a log that fails takes nothing down
            self.handleError(record)


class Text(logging.Formatter):
    """A line for people: level, logger, words, and of an exception its type and places."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        told = words(record).replace("\n", " ")
        said = f"{record.levelname} {record.name}: {told}"
        return f"{said} [{'; '.join(places(record))}]" if record.exc_info else said


class Lines(logging.Formatter):
    """The same as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON: time (UTC), level, logger, message, and where there is one request and error."""
        moment = datetime.fromtimestamp(record.created, UTC)
        said: dict[str, object] = {
            "time": f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": words(record),
        }
        if request.get():
            said["request"] = request.get()
        if record.exc_info:
            said["error"] = places(record)
        said |= getattr(record, "fields", {})
        return json.dumps(said, ensure_ascii=False)


def words(record: logging.LogRecord) -> str:
    """What the record says: our own whole, an exception in it by its type; of a library's the first line as written."""
    if not record.name.startswith("hailong"):
        return str(record.msg).partition("\n")[0]
    given = record.args if isinstance(record.args, tuple) else ()
    told = tuple(_named(value) if isinstance(value, BaseException) else value for value in given)
    return str(record.msg) % told if told else str(record.msg)


def places(record: logging.LogRecord) -> list[str]:
    """What the record's exception is and where it was raised, innermost last; of what it says only our own codes."""
    found: list[str] = []
    error = record.exc_info[1] if record.exc_info else None
    while error is not None and len(found) < _CHAIN:
        frames = reversed(traceback.extract_tb(error.__traceback__)[-_FRAMES:])
        at = " < ".join(f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno}" for frame in frames)
        found.append(f"{_named(error)} at {at or '-'}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found


def _named(error: BaseException) -> str:
    name = type(error).__name__
    if isinstance(error, Refused):
        return f"{name} ({', '.join(problem.code for problem in error.problems)})"
    return f"{name} ({errorcode.get(error.errno, error.errno)})" if isinstance(error, OSError) and error.errno else name


def form_of(settings: Mapping[str, str]) -> Form:
    """The form that the setting names. Raises Refused (LOG_FORM) for another word."""
    given = settings.get(SETTING) or "text"
    if given not in get_args(Form):
        raise Refused([Problem(code="LOG_FORM", values={"name": SETTING, "got": given})])
    return cast(Form, given)


def configure(settings: Mapping[str, str]) -> None:
    """From here on all records of this process go to standard error in this form. Called by the doors, at the start.

    The libraries' own handlers go: theirs print what an exception says. Raises Refused as `form_of`.
    """
    formatter: logging.Formatter = Lines() if form_of(settings) == "json" else Text()
    known = [logging.getLogger(name) for name in (*_HEARD, *logging.root.manager.loggerDict)]
    for logger in known:
        if logger.name.partition(".")[0] in _HEARD:
            logger.handlers.clear()
            logger.propagate = True
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if isinstance(handler, _Handler)]:
        root.removeHandler(handler)
    handler = _Handler()
    handler.setFormatter(formatter)
    root.addHandler(handler)
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # else it names who asks for a WebSocket, and where
    logging.getLogger("hailong").setLevel(logging.INFO if form_of(settings) == "json" else logging.NOTSET)
