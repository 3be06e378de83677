"""Kill the collecting process at random moments: every acknowledged slip must be there, once, and whole.

What a kill cannot show (the page cache survives it) is shown elsewhere: test_sqlite.py asks for synchronous=FULL.
"""

import multiprocessing
import random
import sys
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path
from secrets import token_bytes

import pytest

from survey.forms.accept import accept
from survey.keys import new_key
from survey.ledger import commitment, receipt_hash
from survey.store import Store
from tests.survey.builders import NOON, QUESTIONNAIRE, ROUND, furnished, submission

THREADS = 4
SECRET = bytes(32)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL and forkserver")


def collect(path: Path, acknowledged: Connection) -> None:
    """Accept slips for ever in several threads, each sent twice; tell every receipt after accept() returned."""
    telling = threading.Lock()
    store = furnished(path)

    def work() -> None:
        while True:
            sent = submission(key=new_key(SECRET, token_bytes, ROUND.id))
            for _ in range(2):
                accepted = accept(store, ROUND, QUESTIONNAIRE, sent, now=NOON, random=token_bytes)
                with telling:
                    acknowledged.send_bytes(accepted.receipt.encode())

    for _ in range(THREADS):
        threading.Thread(target=work).start()


def killed_while_collecting(path: Path, after: float) -> list[str]:
    """The receipts that a collecting process acknowledged before it was killed, `after` seconds from its first."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    told, telling = context.Pipe(duplex=False)
    process = context.Process(target=collect, args=(path, telling), daemon=True)
    process.start()
    telling.close()
    receipts = [told.recv_bytes().decode()]
    end = time.monotonic() + after
    while (left := end - time.monotonic()) > 0:
        if told.poll(left):
            receipts.append(told.recv_bytes().decode())
    process.kill()
    try:
        while True:
            receipts.append(told.recv_bytes().decode())
    except (EOFError, OSError):  # the end, or a receipt that was cut off in the telling
        pass
    process.join()
    assert process.exitcode == -9
    told.close()
    process.close()
    return receipts


def lose_nothing(path: Path, rounds: int) -> None:
    chance = random.Random(20261121)
    acknowledged: set[str] = set()
    for _ in range(rounds):
        receipts = killed_while_collecting(path, after=chance.uniform(0.0, 0.3))
        assert receipts
        acknowledged |= {receipt_hash(receipt) for receipt in receipts}
        with Store.open(path) as store:
            slips = store.responses(ROUND.id)
            stored = [slip.receipt_hash for slip in slips]
            assert len(stored) == len(set(stored))
            assert acknowledged <= set(stored)
            assert len(stored) <= len(acknowledged) + rounds * THREADS  # the rest: committed, killed before the telling
            assert all(commitment(slip) == slip.commitment for slip in slips)
            assert sum(store.hours(ROUND.id).values()) == len(stored)
            with store._engine.connect() as reader:
                assert reader.exec_driver_sql("PRAGMA integrity_check").scalars().all() == ["ok"]
    assert len(acknowledged) > rounds * THREADS


def test_ten_kills_lose_no_acknowledged_slip_and_double_none(tmp_path: Path) -> None:
    lose_nothing(tmp_path / "kho.db", rounds=10)


@pytest.mark.slow
def test_a_hundred_kills_lose_no_acknowledged_slip_and_double_none(tmp_path: Path) -> None:
    lose_nothing(tmp_path / "kho.db", rounds=100)
