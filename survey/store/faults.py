"""What do a database's errors mean for a person, and how is that mended?"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from survey.errors import Problem, Refused

_SQLITE: Final = {
    "SQLITE_FULL": "STO_FULL",
    "SQLITE_BUSY": "STO_BUSY",
    "SQLITE_LOCKED": "STO_BUSY",
    "SQLITE_READONLY": "STO_READ_ONLY",
    "SQLITE_PERM": "STO_READ_ONLY",
    "SQLITE_CANTOPEN": "STO_CANNOT_OPEN",
    "SQLITE_CORRUPT": "STO_DAMAGED",
    "SQLITE_NOTADB": "STO_DAMAGED",
    "SQLITE_IOERR": "STO_DISK",
}

# By SQLSTATE or its first letters (PostgreSQL's manual, appendix A); the first that fits.
_POSTGRESQL: Final = {
    "53100": "STO_FULL",
    "53300": "STO_CONNECTIONS",
    "53": "STO_BUSY",
    "55P03": "STO_BUSY",
    "57014": "STO_BUSY",
    "40": "STO_BUSY",
    "25006": "STO_READ_ONLY",
    "42501": "STO_DENIED",
    "28": "STO_LOGIN",
    "3D000": "STO_LOGIN",
    "58": "STO_DISK",
    "XX001": "STO_DAMAGED",
    "XX002": "STO_DAMAGED",
    "23503": "STO_UNKNOWN_PARENT",
}
_GONE = ("08", "57P")  # connection exceptions, the server stops or starts

# A trigger of the migrations raises one of these as its whole message.
_RAISED = re.compile(r"(?:STO|VOI)_[A-Z_]+")


@contextmanager
def refusing(where: str, lost_code: str = "STO_LOST") -> Iterator[None]:
    """Turn what the database at `where` cannot do into Refused; see `refusal`."""
    try:
        yield
    except DBAPIError as error:
        refused = refusal(error, where, lost_code)
        if refused is None:
            raise
        raise refused from error
    except PoolTimeout as error:
        raise Refused([Problem(code="STO_BUSY", values={"path": where})]) from error
    except OSError as error:  # the driver lets through what a socket says
        raise Refused([Problem(code=lost_code, values={"path": where})]) from error


def refusal(error: DBAPIError, where: str, lost_code: str = "STO_LOST") -> Refused | None:
    """What the database's error means for a person; None for a mistake of the program."""
    state, message = sqlstate(error), _message(error)
    name = getattr(error.orig, "sqlite_errorname", "")
    if _RAISED.fullmatch(message):
        return Refused([Problem(code=message)])
    if "FOREIGN KEY" in message:  # pysqlite3 has no error name of its own for it
        return Refused([Problem(code="STO_UNKNOWN_PARENT")])
    if lost(error.orig):
        return Refused([Problem(code=lost_code, values={"path": where})])
    starts, known = (state, _POSTGRESQL) if state else (name, _SQLITE)
    code = next((code for start, code in known.items() if starts.startswith(start)), None)
    return Refused([Problem(code=code, values={"path": where})]) if code else None


def sqlstate(error: DBAPIError) -> str:
    """PostgreSQL's five letters for what went wrong, empty if there are none."""
    return _fields(error.orig).get("C", "")


def lost(error: BaseException | None) -> bool:
    """Whether the server is gone, or this connection to it. What it was doing then may or may not have been done."""
    state = _fields(error).get("C", "")
    return state.startswith(_GONE) or (
        not state and (isinstance(error, OSError) or type(error).__name__ == "InterfaceError")
    )


def without_detail(said: BaseException, wrapped: StatementError | None) -> None:
    """Leave of a server's error its code and message: its details quote the row, and an error may come into a log."""
    if wrapped is not None and (kept := _fields(said)):
        wrapped.args = (f"({type(said).__name__}) {kept.get('C')} {kept.get('M')}",)
    error: BaseException | None = said
    while error is not None:
        if error.args and isinstance(error.args[0], dict):
            error.args = ({letter: text for letter, text in error.args[0].items() if letter in "SCM"},)
        error = error.__context__


def _message(error: DBAPIError) -> str:
    return _fields(error.orig).get("M", "") or str(error.orig)


def _fields(error: BaseException | None) -> Mapping[str, str]:
    """What the server said, by the letters of its protocol; empty for SQLite and for a broken connection.

    A driver that is refused hangs up, and may fail at that too: what came first says why.
    """
    while error is not None:
        said = error.args[0] if error.args else None
        if isinstance(said, dict):
            return said
        error = error.__context__
    return {}
