"""What nobody can find out afterwards: who gave which slip, in the store, in the log, and on what is public."""

import logging
import os
import random
import secrets
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.client import HTTPConnection
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette

from survey.forms.accept import accept
from survey.forms.light import routes as light
from survey.instruments import load, workbook_bytes
from survey.invitations import hashed, new_codes
from survey.keys import new_key
from survey.ledger import receipt_code, signing_key
from survey.pages import public
from survey.proof.closing import close_days
from survey.site import Site
from survey.store import Checkpoint, Store
from survey.store.sqlite import DBAPI
from tests.security.conftest import OPEN, SECRET_ANSWER
from tests.survey.builders import GOOD, NOON, QUESTIONNAIRE, ROUND, furnished, overwrite, response, submission
from tests.survey.pages.test_web import Client

ROOT = Path(__file__).parents[2]
FORM = {"content-type": "application/x-www-form-urlencoded"}
MARK = "dau-vet-7781"
SLIP = urlencode({**GOOD, "comment": MARK, "_dv": "P01"}, doseq=True)


def tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every table of a file with its rows in the order in which they lie there."""
    connection: sqlite3.Connection = DBAPI.connect(str(path))
    try:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for (name,) in names}
    finally:
        connection.close()


def test_nothing_in_the_store_joins_an_invitation_to_a_slip_nor_tells_who_came_first(here: Site) -> None:
    here.store.add_invitations(OPEN.id, hashed(here.secret, new_codes({"P01": 20}, secrets.token_bytes)))
    given = new_codes({"P01": 15, "P02": 15}, secrets.token_bytes)
    here.store.add_invitations(OPEN.id, hashed(here.secret, given))
    arrivals = random.Random(4).sample(given, 30)
    came = []
    for each in arrivals:
        key = new_key(here.secret, os.urandom, OPEN.id)
        mine = submission(key=key, place=each.place, invitation=each.code)
        accept(here.store, OPEN, QUESTIONNAIRE, mine, now=NOON, random=os.urandom, secret=here.secret)
        came.append(receipt_code(key))

    kept = tables(here.folder / "hailong.sqlite3")
    assert len(kept["responses"]) == 31
    assert sum(row[-1] == 1 for row in kept["invitations"]) == 30

    def values(name: str) -> set[object]:
        return {value for row in kept[name] for value in row if isinstance(value, str | bytes)}

    shared = values("invitations") & set().union(*(values(name) for name in kept if name != "invitations"))
    assert shared <= {OPEN.id, "P01", "P02"}, "round and place are all that both know"
    assert {tuple(row[1:]) for row in kept["invitations"]} <= {
        (OPEN.id, place, used) for place in ("P01", "P02") for used in (0, 1)
    }
    for name in ("responses", "invitations"):
        keys = [row[0] for row in kept[name]]
        assert keys == sorted(keys, key=str)
    everything = repr(kept)
    for code in (each.code for each in given):
        assert code not in everything
    for receipt in came:
        assert receipt not in everything


def test_when_a_day_is_closed_the_files_bytes_forget_who_came_first(tmp_path: Path) -> None:
    path = tmp_path / "hailong.sqlite3"
    drawn = random.Random(4)
    came = [(drawn.randbytes(32).hex(), drawn.randbytes(16).hex()) for _ in range(35)]

    def lying() -> list[list[int]]:
        """The slips' numbers of arrival page by page, as the file's bytes have them (SQLite fills a page from its end).

        In the index of the keys' hashes, where a page has room for thirty-five.
        """
        raw, pages = path.read_bytes(), dict[int, list[tuple[int, int]]]()
        for number, (key_hash, slip) in enumerate(came):
            at = raw.index(f"{key_hash}{slip}".encode())
            pages.setdefault(at // 4096, []).append((-at, number))
        return [[number for _, number in sorted(page)] for page in pages.values() if len(page) > 10]

    def in_order(numbers: list[int]) -> float:
        steps = list(pairwise(numbers))
        return sum(first < second for first, second in steps) / len(steps)

    store = furnished(path)
    for number, (key_hash, slip) in enumerate(came):
        store.add(response(number, id=slip, key_hash=key_hash, day="2026-11-20"))
    store.close()
    assert [in_order(page) for page in lying()] == [1], "else this test could not see an order of arrival"
    with Store.open(path) as store:
        store.add(response(99, day="2026-11-21"))
        store.add_checkpoint(Checkpoint(round_id=ROUND.id, through="2026-11-20", size=35, root="00", note="x"))
        store.forget_order()
        assert path.with_name(f"{path.name}-wal").stat().st_size == 0
        for page in lying():
            hashes = [came[number][0] for number in page]
            assert hashes == sorted(hashes)
        assert len(store.all_responses(ROUND.id)) == 36


@contextmanager
def citizens_process(folder: Path) -> Iterator[tuple[int, Path]]:
    """The citizens' process as `hailong serve` starts it; its port and everything it prints."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    said = folder / "said.txt"
    command = [sys.executable, "-m", "uvicorn", "survey.pages.public:app", "--port", str(port)]
    environment = {**os.environ, "HAILONG_DATA": str(folder), "HAILONG_ROLE": "public"}
    with said.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT)
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until and process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port, said
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_the_citizens_process_writes_down_nobody(here: Site) -> None:
    questionnaire = load("one_stop_slip")
    here.store.add_questionnaire(questionnaire, workbook_bytes("one_stop_slip"))
    overwrite(here.store, replace(OPEN, questionnaire=questionnaire.content_hash()))
    key = new_key(here.secret, os.urandom, OPEN.id)
    telling = {"user-agent": MARK, "referer": f"http://{MARK}/", "x-forwarded-for": "198.51.100.77", "cookie": MARK}
    statuses = []
    with citizens_process(here.folder) as (port, said):
        for method, address, body in (
            ("GET", f"/p/{OPEN.id}?tu={MARK}", None),
            ("GET", f"/p/{OPEN.id}/{key}?tu={MARK}", None),
            ("POST", f"/p/{OPEN.id}/{key}", f"comment={MARK}&_dv=P01"),
            ("GET", f"/p/{OPEN.id}/{key}", None),
            ("GET", f"/m/{MARK}", None),
            ("POST", "/bien-nhan", f"ma={receipt_code(key)}"),
            ("GET", f"/khong-co?{MARK}", None),
        ):
            connection = HTTPConnection("127.0.0.1", port, timeout=20)
            connection.request(method, address, body, {**telling, **(FORM if body else {})})
            statuses.append(connection.getresponse().status)
            connection.close()
        with socket.create_connection(("127.0.0.1", port), timeout=20) as strange:
            strange.sendall(
                f"GET /p/{OPEN.id}/{key}?{MARK} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
            )
            assert b"101" not in strange.recv(100)[:20]
        with socket.create_connection(("127.0.0.1", port), timeout=20) as broken:
            broken.sendall(f"{MARK} {key}\r\n\r\n".encode())
            broken.recv(100)
    assert statuses == [303, 200, 303, 200, 422, 200, 404]
    lines = said.read_text(encoding="utf-8").splitlines()
    for line in lines:
        for mark in (MARK, key, receipt_code(key), "198.51.100.77", "127.0.0.1", "/p/"):
            assert mark not in line, line


def test_a_fault_is_logged_without_the_slip_that_met_it(
    here: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # Every id is drawn alike, so the second slip meets a clash that nobody foresaw.
    routes = light.routes(random=lambda size: b"\7" * size)
    answers = []
    caplog.set_level(logging.DEBUG)
    with Client(Starlette(routes=routes)) as client:
        for _ in range(2):
            key = new_key(here.secret, os.urandom, OPEN.id)
            headers = {**FORM, "user-agent": "Agent-5512", "x-forwarded-for": "198.51.100.77"}
            answers.append(client.post(f"/p/{OPEN.id}/{key}?tu=Token-9913", content=SLIP, headers=headers))
    assert [answer.status_code for answer in answers] == [303, 500]
    ours = "\n".join(
        record.getMessage() + (record.exc_text or "") + str(record.exc_info)
        for record in caplog.records
        if not record.name.startswith(("httpx", "httpcore", "asyncio"))
    )
    assert "a page failed" in ours
    assert "IntegrityError" in ours
    for mark in (MARK, key, "Agent-5512", "198.51.100.77", "Token-9913", "127.0.0.1"):
        assert mark not in ours
        assert mark not in answers[1].text


def test_no_page_that_citizens_see_shows_what_anybody_wrote(here: Site, citizens: Client) -> None:
    key = new_key(here.secret, os.urandom, OPEN.id)
    sent = citizens.post(f"/p/{OPEN.id}/{key}", content=SLIP, headers=FORM)
    assert sent.status_code == 303
    close_days(here.store, here.folder, signing_key(here.folder, os.urandom), NOON)
    addresses = [*public.KNOWN, f"/p/{OPEN.id}/{key}", f"/p/{OPEN.id}/{key}?qr=1", "/so-cai/dot-1/"]
    addresses += [f"/so-cai/dot-1/{name}" for name in citizens.get("/so-cai/dot-1/").text.split()]
    assert len(addresses) > 6
    answers = [citizens.get(address) for address in addresses]
    for job in ("kiem-tra", "bang-chung", "rut", "rut-that"):
        posted = urlencode({"ma": receipt_code(key), "viec": job})
        answers.append(citizens.post("/bien-nhan", content=posted, headers=FORM))
    for answer in answers:
        assert answer.status_code == 200
        assert MARK not in answer.text
        assert SECRET_ANSWER not in answer.text
