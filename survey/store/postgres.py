"""How is a PostgreSQL server reached? Address, settings of a connection, and what the server must promise."""

import logging
import ssl
from typing import Any, Literal

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError

from survey.errors import Problem, Refused
from survey.store.faults import lost, without_detail
from survey.store.migrations.postgresql_0002 import PUBLIC, SCHEMA, STAFF

Role = Literal["all", "staff", "public"]

LOCK_SECONDS = 10.0
"""How long a statement waits for another transaction before it gives up."""

# How long (s) an answer of the server may take. Closing a day rewrites the slips; a citizen's request is short.
_PATIENCE = {"public": 30, "staff": 300, "all": 300}

# A server without the first two can lose a slip that it acknowledged; without the third it garbles Vietnamese.
_PROMISES = {"fsync": "on", "full_page_writes": "on", "server_encoding": "UTF8"}

# What each role must not be able to do, or the database protects nothing from a fault in its process.
_TOO_MUCH = {"public": ("responses", "SELECT"), "staff": ("responses", "UPDATE")}


_GROUPS = {PUBLIC: (_TOO_MUCH["public"], ("responses", "INSERT")), STAFF: (_TOO_MUCH["staff"], ("responses", "INSERT"))}


def read_url(text: str) -> URL:
    """The URL as the driver takes it; libpq's `host=/folder` (a local socket) is understood.

    Raises Refused, without showing the URL, if it is not postgresql://user@host/database.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # ValueError: the port is no number; its text may be part of the password
        raise Refused([Problem(code="STO_URL")]) from None
    if "@" in (url.host or ""):  # an @ in the password: what follows it would pass for the server's name
        raise Refused([Problem(code="STO_URL")])
    if url.drivername not in {"postgresql", "postgres", "postgresql+pg8000"} or not url.username or not url.database:
        raise Refused([Problem(code="STO_URL")])
    if set(url.query) - {"host", "port", "sslmode", "sslrootcert"}:
        raise Refused([Problem(code="STO_URL")])
    return url.set(drivername="postgresql+pg8000")


def name_of(url: URL) -> str:
    """The database in messages: host and name, never user or password."""
    return f"{url.host or url.query.get('host', 'localhost')}/{url.database}"


def open_engine(url: URL, role: Role) -> Engine:
    """The engine on the database at `url`. Broken connections are replaced; every commit waits for the disk.

    `sslmode` require encrypts, verify-full also checks the server's name and certificate (`sslrootcert`: a file of the
    authority that signed it). Raises Refused on another sslmode.
    """
    settings: dict[str, Any] = {"timeout": _PATIENCE[role], "ssl_context": _tls(url)}
    folder = url.query.get("host")
    if folder is not None:
        settings["unix_sock"] = f"{folder}/.s.PGSQL.{url.query.get('port', 5432)}"
    engine = create_engine(
        url.set(query={}),
        connect_args=settings,
        isolation_level="READ COMMITTED",
        pool_timeout=LOCK_SECONDS,
        max_overflow=15,
        hide_parameters=True,  # no answer in an error's text, so none in a log
    )
    # That a dead connection could not be closed politely is no news, and its trace hides what is.
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
    event.listen(engine, "connect", _prepare, insert=True)
    event.listen(engine, "checkout", _must_live)
    event.listen(engine, "handle_error", _notice)
    return engine


def must_be_safe(connection: Connection, role: Role) -> None:
    """Raises Refused if the server could lose what it acknowledged, garbles Vietnamese, or the user may too much."""
    for setting, good in _PROMISES.items():
        got = connection.exec_driver_sql(f"SHOW {setting}").scalar_one()
        if got != good:
            values = {"setting": setting, "got": got, "good": good}
            raise Refused([Problem(code="STO_SERVER", values=values)])
    if role in _TOO_MUCH:
        table, right = _TOO_MUCH[role]
        query = "SELECT has_any_column_privilege(%s, %s)"
        if connection.exec_driver_sql(query, (f"{SCHEMA}.{table}", right)).scalar_one():
            raise Refused([Problem(code="STO_TOO_MUCH", values={"role": role, "right": f"{right} {table}"})])


def loose_roles(connection: Connection) -> tuple[str, ...]:
    """The group roles that may more than they should, each with the right: somebody granted it since."""
    query = "SELECT rolname FROM pg_roles WHERE rolname = %s AND has_any_column_privilege(rolname, %s, %s)"
    return tuple(
        f"{group}: {right} {table}"
        for group, rights in _GROUPS.items()
        for table, right in rights
        if connection.exec_driver_sql(query, (group, f"{SCHEMA}.{table}", right)).first() is not None
    )


def _tls(url: URL) -> ssl.SSLContext | None:
    mode = url.query.get("sslmode", "disable")
    if mode == "disable":
        return None
    if mode not in {"require", "verify-full"}:
        raise Refused([Problem(code="STO_URL")])
    authority = url.query.get("sslrootcert")
    context = ssl.create_default_context(cafile=str(authority) if authority else None)
    if mode == "require":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _prepare(connection: Any, _record: object) -> None:
    """Our schema alone; wait for locks but not for ever; a commit that somebody made hasty waits for the disk again."""
    cursor = connection.cursor()
    cursor.execute(f"SET search_path = {SCHEMA}")
    cursor.execute(f"SET lock_timeout = {round(LOCK_SECONDS * 1000)}")
    cursor.execute("SELECT current_setting('synchronous_commit')")
    if cursor.fetchone()[0] in {"off", "local"}:
        cursor.execute("SET synchronous_commit = on")
    connection.commit()
    cursor.close()


def _must_live(connection: Any, _record: object, _proxy: object) -> None:
    """Have a connection that broke while nobody used it replaced. (SQLAlchemy's pre-ping lets OSError through.)"""
    try:
        connection.cursor().execute("SELECT 1")
        connection.rollback()
    except Exception as error:
        raise DisconnectionError from error


def _notice(context: ExceptionContext) -> None:
    without_detail(context.original_exception, context.sqlalchemy_exception)
    if lost(context.original_exception):
        context.is_disconnect = True
