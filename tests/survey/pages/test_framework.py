"""The framework's own words: each is one it still writes, and the script that replaces them is served as it says."""

import asyncio
import re
from pathlib import Path

import httpx
import streamlit
from starlette.applications import Starlette

from survey.errors import catalogue
from survey.pages import framework

SCRIPTS = sorted(Path(streamlit.__file__).parent.glob("static/static/js/*.js"))
BUNDLE = "\n".join(path.read_text(encoding="utf-8") for path in SCRIPTS if path.stat().st_size < 1_000_000)
PUT_TOGETHER = {
    "UI_AVAILABLE",
    "UI_ONE_AVAILABLE",
    "UI_UPLOAD_ADD_ICON",
    "UI_UPLOAD_LIMIT_KINDS",
    "UI_ENTER_APPLY",
    "UI_ENTER_SUBMIT",
    "UI_CHART_GROUP",
    "UI_CHART_BARS",
    "UI_CHART_LINES",
    "UI_CHART_DOTS",
}
"""What the framework makes of pieces shorter than the whole; the browser tests meet them."""


def test_every_replaced_wording_is_one_the_framework_still_writes() -> None:
    gone = []
    for theirs, code in ((wording["en"], code) for code, wording in catalogue().items() if code.startswith("UI_")):
        parts = [part.strip() for part in re.split(r"\{\w+\}", theirs)]
        pieces = " ".join(parts).split() if code in PUT_TOGETHER else parts
        gone += [f"{code}: {piece}" for piece in pieces if piece not in BUNDLE]
    assert not gone


def test_no_wording_is_replaced_in_two_ways() -> None:
    assert len(framework.words()) == sum(code.startswith("UI_") for code in catalogue())


def test_the_script_is_kept_for_ever_under_the_hash_of_its_content() -> None:
    async def get() -> httpx.Response:
        app = Starlette(routes=[framework.route()])
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://testserver") as client:
            return await client.get(framework.SCRIPT)

    answer = asyncio.run(get())
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]
    assert "Kéo và thả các tệp vào đây" in answer.text
    assert re.search(rf'src="\.{framework.SCRIPT}\?v=[0-9a-f]{{16}}"', framework.tag())
