import base64
import hmac
import os
import re
import secrets
import stat
import threading
from pathlib import Path

import pytest

from survey.errors import Refused
from survey.keys import key_hash, load_secret, new_key, paper_key, valid_key
from survey.ledger import receipt_code, receipt_hash
from tests.survey.builders import counting

SECRET = bytes(range(32))


def test_a_key_is_42_small_letters_and_digits_that_need_no_quoting_in_an_address() -> None:
    assert re.fullmatch(r"[a-z2-7]{42}", new_key(SECRET, secrets.token_bytes, "dot-1"))


def test_keys_given_out_and_hashes_stored_stay_good_for_ever() -> None:
    # hmac(SECRET, "hailong form key 1" 0 "dot-1" 0 "a…a"), its first 80 bits in base32: by Python's hmac, by hand.
    seal = hmac.new(SECRET, b"hailong form key 1\0dot-1\0" + b"a" * 26, "sha256").digest()[:10]
    assert new_key(SECRET, bytes, "dot-1") == "a" * 26 + base64.b32encode(seal).decode().lower()
    assert key_hash("k" * 42) == "df441a66b6e2b903d891b3b37e61e50947984489d3d42aa1d8fd350792d5f180"


def test_a_key_is_valid_for_its_own_secret_and_round_only() -> None:
    key = new_key(SECRET, secrets.token_bytes, "dot-1")
    assert valid_key(SECRET, key, "dot-1")
    assert not valid_key(bytes(32), key, "dot-1")
    assert not valid_key(SECRET, key, "dot-2")


def test_every_changed_letter_makes_a_key_invalid() -> None:
    key = new_key(SECRET, secrets.token_bytes, "dot-1")
    for place, letter in enumerate(key):
        for other in {"a", "7", "A", "=", "é", "\ud800", ""} - {letter}:
            assert not valid_key(SECRET, key[:place] + other + key[place + 1 :], "dot-1")
    assert not valid_key(SECRET, key.upper(), "dot-1")
    assert not valid_key(SECRET, key + "a", "dot-1")
    assert not valid_key(SECRET, "", "dot-1")


def test_keys_do_not_repeat_where_randomness_does_not() -> None:
    random = counting()
    assert len({new_key(SECRET, random, "dot-1") for _ in range(1_000)}) == 1_000


def test_what_is_stored_of_a_key_leads_neither_to_the_key_nor_to_the_receipt() -> None:
    key = new_key(SECRET, secrets.token_bytes, "dot-1")
    assert key not in key_hash(key)
    assert key_hash(key) != receipt_hash(receipt_code(key))
    assert re.fullmatch(r"[0-9a-f]{64}", key_hash(key))


def test_the_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret"
    first = load_secret(path, secrets.token_bytes)
    assert load_secret(path, secrets.token_bytes) == first
    assert len(first) == 32
    assert list(path.parent.iterdir()) == [path]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_processes_that_start_together_share_one_secret(tmp_path: Path) -> None:
    path, seen, ready = tmp_path / "secret", [], threading.Barrier(8)

    def start() -> None:
        ready.wait()
        seen.append(load_secret(path, secrets.token_bytes))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8
    assert len(set(seen)) == 1


def test_a_damaged_or_unreachable_secret_is_refused_with_a_cure(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"short")
    with pytest.raises(Refused, match="32 bytes"):
        load_secret(path, secrets.token_bytes)
    with pytest.raises(Refused, match="cannot be read or made"):
        load_secret(path / "below a file", secrets.token_bytes)


@pytest.mark.parametrize("same", ["LS-0012", "ls 12", "LS12", " Ls/00012.", "\uff2c\uff33-12"])
def test_one_paper_slip_has_one_key_however_its_number_is_typed(same: str) -> None:
    key = paper_key(SECRET, "LS-0012", "dot-1")
    assert paper_key(SECRET, same, "dot-1") == key
    assert valid_key(SECRET, key, "dot-1")


def test_another_number_round_or_secret_is_another_paper_key() -> None:
    keys = {
        paper_key(SECRET, number, "dot-1") for number in ("12", "120", "1-2", "LS-12", "L-S-12", "0", "Đ-12", "D-12")
    }
    keys |= {paper_key(SECRET, "12", "dot-2"), paper_key(bytes(32), "12", "dot-1")}
    assert len(keys) == 10


@pytest.mark.parametrize("number", ["", "  ", "---", "_/_"])
def test_a_paper_number_needs_a_letter_or_a_digit(number: str) -> None:
    with pytest.raises(Refused):
        paper_key(SECRET, number, "dot-1")
