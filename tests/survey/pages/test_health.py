"""Whoever watches the server learns whether slips can come in and whether the night's work was done, and no more."""

import asyncio
import itertools
import socket
import timeit
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import urlopen

import httpx
import pytest
from starlette.applications import Starlette

from survey import meters
from survey.care.last import LastBackup, note_backup
from survey.errors import Problem, Refused
from survey.forms.accept import accept
from survey.pages import health, public
from survey.site import Site
from survey.store import Store, room
from tests.survey.builders import GOOD, NOON, QUESTIONNAIRE, submission
from tests.survey.pages.conftest import OPEN

NEAR = "10.0.0.5"


_app = Starlette(routes=health.routes(counts=True))
_numbers = itertools.count(1)


def ask(path: str, address: str = NEAR) -> httpx.Response:
    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app=_app, client=(address, 50000))
        async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
            return await client.get(path)

    return asyncio.run(asked())


def note(here: Site, tmp_path: Path, age: timedelta) -> None:
    (tmp_path / "x.tar.gz").write_bytes(b"x")
    made = LastBackup(moment=datetime.now(UTC) - age, file=tmp_path / "x.tar.gz", size=1, sha256="0" * 64)
    note_backup(here.folder, made)


def test_a_server_that_takes_slips_is_ready_and_late_work_of_the_night_is_a_warning(here: Site, tmp_path: Path) -> None:
    said = ask("/readyz")
    assert (said.status_code, said.json()) == (200, {"ready": True, "faults": [], "warnings": ["backup", "closing"]})
    note(here, tmp_path, timedelta(hours=1))
    assert ask("/readyz").json()["warnings"] == ["closing"]
    note(here, tmp_path, timedelta(hours=27))
    assert ask("/readyz").json()["warnings"] == ["backup", "closing"]


def test_a_store_that_reads_and_does_not_write_is_not_ready(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Store) -> None:
        raise Refused([Problem(code="STO_READ_ONLY", values={"path": "x"})])

    monkeypatch.setattr(Store, "must_take_writes", refuse)
    said = ask("/readyz")
    assert (said.status_code, said.json()["faults"]) == (503, ["writes"])
    assert int(said.headers["retry-after"]) > 0
    assert ask("/healthz").text == "ok"


def test_a_full_disk_is_not_ready(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = room.shutil.disk_usage(here.folder)._replace(free=1 << 20)
    monkeypatch.setattr(room.shutil, "disk_usage", lambda _: usage)
    here.store._room._until = 0.0  # type: ignore[union-attr]
    assert ask("/readyz").json()["faults"] == ["disk", "writes"]


def never_twice(size: int) -> bytes:
    return next(_numbers).to_bytes(size, "big")


def figures(text: str) -> dict[str, float]:
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in lines}


def test_what_is_counted_is_what_happened(here: Site, tmp_path: Path) -> None:
    note(here, tmp_path, timedelta(hours=1))
    before = figures(ask("/metrics").text)
    for number in (1, 2, 2):
        accept(here.store, OPEN, QUESTIONNAIRE, submission(number), now=NOON, random=never_twice)
    for answers in ({}, {**GOOD, "times": "99"}):
        with pytest.raises(Refused):
            accept(here.store, OPEN, QUESTIONNAIRE, submission(9, answers=answers), now=NOON, random=never_twice)
    after = figures(ask("/metrics").text)
    assert after["hailong_slips_accepted_total"] - before["hailong_slips_accepted_total"] == 2
    refused = {name: value - before.get(name, 0) for name, value in after.items() if "slips_refused_total" in name}
    assert sum(refused.values()) == 2
    assert after["hailong_commit_seconds_count"] - before["hailong_commit_seconds_count"] == 3
    assert after["hailong_slips_waiting"] == 0
    assert after["hailong_disk_free_bytes"] > 1 << 20
    assert 3600 <= after["hailong_backup_age_seconds"] < 3700
    assert after["hailong_root_age_seconds"] > 0


def test_no_figure_has_a_label_that_leads_to_a_person_or_a_place(here: Site) -> None:
    labels = {name.partition("{")[2].partition("=")[0] for name in figures(ask("/metrics").text)}
    assert labels <= {"", "reason", "le"}


@pytest.mark.parametrize(
    ("address", "status"), [("127.0.0.1", 200), ("10.1.2.3", 200), ("203.162.4.190", 404), ("testclient", 404)]
)
def test_figures_are_shown_to_the_offices_own_network_only(here: Site, address: str, status: int) -> None:
    # 203.162.4.190 stands for anybody outside; documentation networks count as private.
    assert ask("/metrics", address).status_code == status


def test_the_citizens_port_has_no_figures_but_a_port_of_its_own_has(
    here: Site, monkeypatch: pytest.MonkeyPatch, unused: int
) -> None:
    monkeypatch.setenv("HAILONG_METRICS", f"127.0.0.1:{unused}")
    with public.watched(here):
        with urlopen(f"http://127.0.0.1:{unused}/metrics") as said:
            assert "hailong_slips_accepted_total" in said.read().decode()
        with pytest.raises(Refused, match="cannot be opened"), public.watched(here):
            pass
    assert all(getattr(route, "path", "") != "/metrics" for route in public.app.routes)


@pytest.fixture
def unused() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_counting_a_slip_costs_less_than_five_millionths_of_a_second() -> None:
    assert min(timeit.repeat(meters.ACCEPTED.inc, number=1000, repeat=20)) / 1000 < 5e-6
