"""The citizens' process answers every address and every kind of request with a page in words."""

import asyncio

import httpx
import pytest

from survey.errors import word
from survey.pages import public
from survey.site import Site


def answer_to(method: str, path: str, language: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=public.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            return await client.request(method, f"{path}?ngon_ngu={language}")

    return asyncio.run(ask())


@pytest.mark.parametrize("path", ["/nowhere", "/p/dot-1/a/b", "/p/", "/m/a/b"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_an_address_that_is_none_is_told_in_the_language_asked(here: Site, path: str, language: str) -> None:
    answer = answer_to("GET", path, language)
    assert answer.status_code == 404
    assert word("FORM_NOT_FOUND", language) in answer.text
    assert f'<html lang="{language}">' in answer.text


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "/"), ("POST", "/m"), ("DELETE", "/bien-nhan"), ("OPTIONS", "/p/dot-1"), ("PATCH", "/p/dot-1/key")],
)
def test_a_request_of_a_kind_no_page_takes_is_told_in_words(here: Site, method: str, path: str) -> None:
    answer = answer_to(method, path, "en")
    assert answer.status_code == 405
    assert word("LIGHT_METHOD", "en") in answer.text
