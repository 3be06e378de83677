"""The processes of one office on one server: each in its role, all with the same keys."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from survey.site import DATABASE, ROLE, Site, close, site
from tests.survey.builders import ROUND
from tests.survey.store.test_collection import refused

Urls = Callable[[str], str]


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path, str, str], Site]]:
    def run(folder: Path, url: str, role: str) -> Site:
        close()
        for name, value in (("HAILONG_DATA", str(folder)), (DATABASE, url), (ROLE, role)):
            monkeypatch.setenv(name, value)
        return site()

    yield run
    close()


def test_a_process_opens_the_database_of_its_address_in_its_role(
    own: Urls, tmp_path: Path, start: Callable[[Path, str, str], Site]
) -> None:
    assert start(tmp_path, own("chu"), "all").store.rounds() == (ROUND,)
    assert start(tmp_path, own("web"), "public").store.rounds() == (ROUND,)
    assert refused(site().store.responses, ROUND.id) == ["STO_DENIED"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["promise.key", "secret.key"]


def test_another_machine_makes_no_keys_of_its_own(
    own: Urls, tmp_path: Path, start: Callable[[Path, str, str], Site]
) -> None:
    """Its links, invitations and receipts would be worth nothing, and nobody would know why."""
    office, web = tmp_path / "office", tmp_path / "web"
    assert refused(start, web, own("web"), "public") == ["SITE_KEY_MISSING"]
    assert list(web.iterdir()) == []
    secret = start(office, own("ban"), "staff").secret
    for role, user in (("public", "web"), ("staff", "ban"), ("all", "chu")):
        assert refused(start, web, own(user), role) == ["SITE_KEY_MISSING"]
    for name in ("secret.key", "promise.key"):
        (web / name).write_bytes((office / name).read_bytes())
    assert start(web, own("web"), "public").secret == secret
    (web / "promise.key").write_bytes(b"x" * 32)
    for role, user in (("public", "web"), ("staff", "ban")):
        assert refused(start, web, own(user), role) == ["SITE_KEY_OTHER"]


def test_the_citizens_pages_wait_for_the_offices_first_start(
    own: Urls, tmp_path: Path, start: Callable[[Path, str, str], Site]
) -> None:
    (tmp_path / "secret.key").write_bytes(b"x" * 32)
    assert refused(start, tmp_path, own("web"), "public") == ["SITE_KEY_UNKNOWN"]
