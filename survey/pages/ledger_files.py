"""How does anybody read the public files of the ledger? As plain text, below /so-cai/ROUND/."""

import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from survey.errors import Refused, word
from survey.proof.published import CHECKPOINTS, FOLDER, PROMISE_VKEY, VKEY, lines, place
from survey.site import site

LEDGER = "/so-cai"
_DAY_FILE = re.compile(r"(?:days|receipts)/[0-9]{4}-[0-9]{2}-[0-9]{2}\.txt")
_HEADERS = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff", "Access-Control-Allow-Origin": "*"}


def routes() -> list[Route]:
    """The list of a round's files, and each file, of `survey.site.site()`. Nothing else of the folder is served."""

    # Not async: Starlette runs these in a thread, as they ask the disk.
    def listed(request: Request) -> Response:
        folder = _folder(request)
        names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.txt"))
        listing = lines(name for name in names if _served(name))
        return PlainTextResponse(listing, headers=_HEADERS) if listing else _none()

    def file(request: Request) -> Response:
        name = request.path_params["name"]
        path = _folder(request) / name
        if not _served(name) or not path.is_file():
            return _none()
        return FileResponse(path, media_type="text/plain; charset=utf-8", headers=_HEADERS)

    return [
        Route(f"{LEDGER}/{{round}}/", listed, methods=["GET"]),
        Route(f"{LEDGER}/{{round}}/{{name:path}}", file, methods=["GET"]),
    ]


def _folder(request: Request) -> Path:
    published = site().folder / FOLDER
    try:
        return place(published, request.path_params["round"])
    except Refused:  # no round is called so, nor is this folder
        return published / "-"


def _served(name: str) -> bool:
    return name in (CHECKPOINTS, VKEY, PROMISE_VKEY) or _DAY_FILE.fullmatch(name) is not None


def _none() -> Response:
    return PlainTextResponse(f"{word('RCV_NO_FILE')}\n{word('RCV_NO_FILE', 'en')}\n", 404, headers=_HEADERS)
