"""An audit of a data folder, told as the codes of what it found."""

import os
from datetime import date, datetime
from pathlib import Path
from typing import Any

from survey.ledger import public_bytes, signing_key
from survey.proof.audit import Audit, audit
from survey.proof.audit_text import audit_text
from survey.proof.closing import close_days
from tests.survey.proof.slips import DAYS, opened, slip

TODAY = date(2026, 11, 9)
VICTIM = slip(17)  # of the second day, at P01, without flags
ROW, LEAF = VICTIM.id, VICTIM.commitment
FORGED = slip(999_999, day=DAYS[1])

Found = list[tuple[str, object, object]]


def run(folder: Path, published: Path | None = None, **more: Any) -> Audit:
    public = public_bytes(signing_key(folder, os.urandom))
    with opened(folder) as store:
        return audit(store, published or folder / "so-cai", public, TODAY, **more)


def found(folder: Path, **more: Any) -> Found:
    """Code, row and leaf of each finding."""
    done = run(folder, **more)
    problems = [*done.findings, *(problem for each in done.rounds for problem in each.findings)]
    for language in ("vi", "en"):
        assert "?" not in audit_text(done, language)
    assert done.clean == (not problems)
    return [(problem.code, problem.values.get("row"), problem.values.get("leaf")) for problem in problems]


def path(folder: Path) -> Path:
    return folder / "hailong.sqlite3"


def codes(folder: Path, **more: Any) -> list[str]:
    return [code for code, _, _ in found(folder, **more)]


def closing(folder: Path, now: datetime) -> None:
    with opened(folder) as store:
        close_days(store, folder, signing_key(folder, os.urandom), now)
