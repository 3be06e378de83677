"""What the public files prove to anybody, and what they do not tell."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from survey.errors import Refused
from survey.ledger import Tree, leaf_hash, parse_checkpoint, public_bytes, signing_key, split_notes
from survey.proof import published
from survey.proof.closing import close_days
from survey.proof.standing import prove, standing
from tests.survey.builders import ROUND
from tests.survey.ledger.test_merkle import roots_by_proof
from tests.survey.proof.conftest import COUNT
from tests.survey.proof.ledgers import KEY, harm, public
from tests.survey.proof.slips import DAYS, FIRST, code_of, fill, opened, slip


def test_one_checkpoint_is_shown_to_continue_another_by_a_proof(folder: Path) -> None:
    notes = split_notes(public(folder, "checkpoints.txt").read_text("utf-8"))
    before, now = map(parse_checkpoint, notes)
    leaves = [
        leaf_hash(bytes.fromhex(leaf))
        for head in (before, now)
        for day, _ in head.days
        for leaf in public(folder, f"days/{day}.txt").read_text("utf-8").split()
    ]
    proof = Tree(leaves).consistency(before.size)
    assert roots_by_proof(before.size, now.size, before.root, proof) == (before.root, now.root)


def test_the_holder_of_a_receipt_gets_a_proof_from_the_public_files_alone(folder: Path) -> None:
    public_key = public_bytes(signing_key(folder, os.urandom))
    for number in (1, 2, 80, COUNT - 2):
        proof = prove(folder / "so-cai", ROUND.id, slip(number).day, code_of(number))
        assert proof.check(code_of(number), public_key).size == 140
        with pytest.raises(Refused):
            proof.check(code_of(number + 1), public_key)


def test_the_holder_of_a_receipt_learns_how_the_slip_stands(folder: Path) -> None:
    with opened(folder) as store:
        there = standing(store, folder / "so-cai", code_of(1))
        today = standing(store, folder / "so-cai", code_of(7))
        assert standing(store, folder / "so-cai", code_of(COUNT + 1)) is None
    assert there is not None
    assert there.head is not None
    assert (there.round_id, there.day, there.voided, there.asked, there.head.size) == (
        ROUND.id, DAYS[1], False, False, 140,
    )  # fmt: skip
    assert today is not None
    assert today.head is None


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (f"receipts/{DAYS[1]}.txt", lambda text: ""),
        (f"receipts/{DAYS[1]}.txt", lambda text: text.replace(" ", "")),
        (f"days/{DAYS[1]}.txt", lambda text: text.replace(slip(1).commitment, "0" * 64)),
        (f"days/{DAYS[4]}.txt", lambda text: "no hex\n"),
        ("checkpoints.txt", lambda text: text.replace("\n60\n", "\n6O\n")),
        ("checkpoints.txt", lambda text: ""),
    ],
)
def test_files_that_were_changed_prove_nothing(folder: Path, name: str, change: Callable[[str], str]) -> None:
    harm(folder, name, change)
    with pytest.raises(Refused) as caught:
        prove(folder / "so-cai", ROUND.id, DAYS[1], code_of(1))
    assert caught.value.problems[0].code == "PRF_NOT_PROVEN"


def ranks(values: list[Any]) -> list[int]:
    order = sorted(range(len(values)), key=values.__getitem__)
    found = [0] * len(values)
    for rank, index in enumerate(order):
        found[index] = rank
    return found


def test_the_order_of_arrival_cannot_be_recovered_from_the_public_files(tmp_path: Path) -> None:
    count = 4_000
    slips = [slip(number, day=DAYS[0]) for number in range(1, count + 1)]  # in the order they came
    fill(tmp_path / "hailong.sqlite3", slips)
    with opened(tmp_path) as store:
        close_days(store, tmp_path, KEY, FIRST)
    leaves = public(tmp_path, f"days/{DAYS[0]}.txt").read_text("utf-8").split()
    receipts = [
        line.split(" ")[0] for line in public(tmp_path, f"receipts/{DAYS[0]}.txt").read_text("utf-8").splitlines()
    ]
    for lines, mine in ((leaves, "commitment"), (receipts, "receipt_hash")):
        place = {line: at for at, line in enumerate(lines)}
        places = [place[getattr(each, mine)] for each in slips]
        assert sorted(places) == list(range(count))
        # Spearman's rho of arrival and place: 0 ± 1/√(n-1) if they have nothing to do with each other.
        squares = sum((arrival - rank) ** 2 for arrival, rank in enumerate(ranks(places)))
        rho = 1 - 6 * squares / (count * (count**2 - 1))
        assert abs(rho) < 3 / (count - 1) ** 0.5


@pytest.mark.parametrize("day", ["../../../evil", "2026-11-21/../x", "", "2026-11-21\n"])
def test_a_day_that_is_none_names_no_file(day: str, tmp_path: Path) -> None:
    for file in (published.leaves_file, published.receipts_file):
        with pytest.raises(Refused, match="no day"):
            file(tmp_path, day)
