"""The citizens' process and the desk's plain pages on a data folder of their own, as an attacker meets them."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from starlette.applications import Starlette

from survey import site as shared
from survey.pages import posters, public, signin, web
from survey.round import Desk
from tests.survey.builders import QUESTIONNAIRE, ROUND, response
from tests.survey.pages.test_web import Client

OPEN = replace(ROUND, opens=date(2020, 1, 1), closes=None, desks=(Desk(code="Q1", name="Quầy 1", place="P01"),))
SECRET_ANSWER = "CHUYEN-RIENG-CUA-TOI"
DESK_PATHS = ("/so-phieu", "/cach-tra-loi")


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an open round and one slip, to be copied."""
    folder = tmp_path_factory.mktemp("security") / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HAILONG_DATA", str(folder))
        store = shared.site().store
        store.add_questionnaire(QUESTIONNAIRE, b"workbook")
        store.save_round(OPEN)
        store.add(response(1, answers={"used": "2", "comment": SECRET_ANSWER}))
        shared.close()
    return folder


@pytest.fixture
def here(furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[shared.Site]:
    shutil.copytree(furnished, tmp_path / "data")
    monkeypatch.setenv("HAILONG_DATA", str(tmp_path / "data"))
    opened = shared.site()
    opened.store.add_questionnaire(QUESTIONNAIRE, b"workbook")  # so that it need not be read from its workbook
    yield opened
    shared.close()


@pytest.fixture
def citizens(here: shared.Site) -> Iterator[Client]:
    """A stranger before the citizens' process."""
    with Client(Starlette(routes=[*public.citizens()], middleware=[public._guard])) as opened:
        yield opened


@pytest.fixture
def desk(here: shared.Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """A stranger before the desk's plain pages."""
    monkeypatch.setattr(signin, "_patience", signin.Patience())
    monkeypatch.setattr(signin, "_limits", signin.Limits(os.urandom, by_address=signin._ADDRESS))
    routes = [*posters.routes(), *web.routes(("/", "/phieu"), DESK_PATHS)]
    guard = web.middleware(("/", "/phieu", *DESK_PATHS), open_=("/in/",))
    with Client(Starlette(routes=routes, middleware=guard)) as opened:
        yield opened
