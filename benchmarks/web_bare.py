"""How little can it cost? A bare Starlette handler: it serves the same bytes, parses the same post, inserts durably.

It checks nothing, knows no questionnaire, no key and no receipt: what the light form is measured against.
`uvicorn benchmarks.web_bare:app` with WEB_BARE naming a folder that has `page.html` and `receipt.html`.
"""

import json
import os
import secrets
from pathlib import Path
from threading import Lock
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from survey.store.sqlite import DBAPI

_FOLDER = Path(os.environ["WEB_BARE"])
_PAGE = (_FOLDER / "page.html").read_bytes()
_RECEIPT = (_FOLDER / "receipt.html").read_bytes()
_database = DBAPI.connect(_FOLDER / "bare.sqlite3", isolation_level=None, check_same_thread=False)
_database.execute("PRAGMA journal_mode=WAL")
_database.execute("PRAGMA synchronous=FULL")
_database.execute("CREATE TABLE IF NOT EXISTS slips (key TEXT PRIMARY KEY, answers TEXT NOT NULL) WITHOUT ROWID")
_writing = Lock()


def _insert(key: str, answers: str) -> None:
    with _writing:
        _database.execute("INSERT OR IGNORE INTO slips VALUES (?, ?)", (key, answers))  # its own transaction


async def enter(request: Request) -> Response:
    """A key for who has none."""
    return RedirectResponse(f"/p/x/{secrets.token_hex(16)}", 303)


async def form(request: Request) -> Response:
    """The form, its posting, its receipt."""
    key = request.path_params["key"]
    if request.method == "POST":
        fields = parse_qs((await request.body()).decode())
        await run_in_threadpool(_insert, key, json.dumps(fields, ensure_ascii=False))
        return RedirectResponse(f"/p/x/{key}?xong=1", 303)
    return HTMLResponse(_RECEIPT if "xong" in request.query_params else _PAGE, headers={"Cache-Control": "no-store"})


async def health(_: Request) -> Response:
    """As in the product."""
    return PlainTextResponse("ok")


app = Starlette(
    routes=[Route("/healthz", health), Route("/p/x", enter), Route("/p/x/{key}", form, methods=["GET", "POST"])]
)
