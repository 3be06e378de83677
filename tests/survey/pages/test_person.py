"""Two persons at one desk are two persons: the session knows whose passcode was typed."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette

from survey.access import ADMINISTRATOR, reset_passcode
from survey.pages import signin
from survey.pages.context import COOKIE, end_session, holder
from survey.site import Site
from tests.survey.pages.test_web import Client


@pytest.fixture
def client(here: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    monkeypatch.setattr(signin, "_patience", signin.Patience())
    monkeypatch.setattr(signin, "_limits", signin.Limits(os.urandom, by_address=signin._ADDRESS))
    with Client(Starlette(routes=signin.routes(("/so-phieu",)))) as opened:
        yield opened


def test_each_persons_passcode_opens_a_session_in_their_own_name(client: Client, here: Site) -> None:
    for name in (ADMINISTRATOR, "Trần Thị B"):
        passcode = reset_passcode(here.folder, os.urandom, name)
        client.cookies.clear()
        assert client.post("/dang-nhap", content=f"ma={passcode}").status_code == 303
        token = client.cookies[COOKIE]
        assert holder(token) == name
        end_session(token)
        assert holder(token) is None


def test_a_session_ends_when_its_persons_passcode_is_renewed_and_no_others(client: Client, here: Site) -> None:
    tokens = {}
    for name in (ADMINISTRATOR, "Trần Thị B"):
        client.cookies.clear()
        client.post("/dang-nhap", content=f"ma={reset_passcode(here.folder, os.urandom, name)}")
        tokens[name] = client.cookies[COOKIE]
    reset_passcode(here.folder, os.urandom, "Trần Thị B")
    assert [holder(token) for token in tokens.values()] == [ADMINISTRATOR, None]
    assert holder("") is None


def test_who_signed_out_is_out_in_every_process(client: Client, here: Site) -> None:
    tokens = []
    for name in ("Trần Thị B", ADMINISTRATOR):
        client.cookies.clear()
        client.post("/dang-nhap", content=f"ma={reset_passcode(here.folder, os.urandom, name)}")
        tokens.append(client.cookies[COOKIE])
    client.get("/dang-xuat")
    told = (
        "import sys, time; from survey.access import session_person; from survey.site import site; here = site()\n"
        "print([session_person(here.folder, here.secret, token, time.time()) for token in sys.argv[1:]])"
    )
    run = subprocess.run([sys.executable, "-c", told, *tokens], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == str(["Trần Thị B", None])
