"""Days are closed, proven and audited alike on both databases."""

import os
from datetime import date
from pathlib import Path

from survey.ledger import public_bytes, signing_key
from survey.proof.audit import audit
from survey.proof.closing import close_days
from survey.proof.standing import prove, standing
from survey.proof.voiding import ask, decide
from survey.store import Store
from tests.survey.builders import ROUND
from tests.survey.proof.slips import DAYS, SECOND, code_of, slip

WHY = "Phiếu này bị nhập hai lần"


def test_closing_proof_void_and_audit_work_on_both(store: Store, tmp_path: Path) -> None:
    for number in range(1, 10):
        store.add(slip(number))
    key = signing_key(tmp_path, os.urandom)
    (closed,) = close_days(store, tmp_path, key, SECOND)
    assert (closed.through, closed.size) == (DAYS[6], 8)
    assert {row.id for row in store.all_responses(ROUND.id, DAYS[1])} == {slip(1).id, slip(9).id}

    published = tmp_path / "so-cai"
    assert prove(published, ROUND.id, DAYS[1], code_of(9)).check(code_of(9), public_bytes(key)).size == 8
    today = SECOND.date()
    ask(store, ROUND.id, code_of(1), WHY, actor="Lan", today=today, random=os.urandom)
    decide(store, ROUND.id, slip(1).id, WHY, approve=True, actor="Bình", today=today, random=os.urandom)
    found = standing(store, published, code_of(1))
    assert found is not None
    assert found.voided

    assert store.states(ROUND.id) == {("P01", "used"): 5, ("P01", "voided"): 1, ("P02", "used"): 3}
    done = audit(store, published, public_bytes(key), date(2026, 11, 9))
    assert done.clean
    assert [(unit.unit, unit.received, unit.voided, unit.used) for unit in done.rounds[0].units] == [
        ("U1", 6, 1, 5),
        ("U2", 3, 0, 3),
    ]
