"""The signed line of a day: its text, what a change of it does, and the key that signs."""

import base64
import hashlib
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from survey.errors import Refused
from survey.ledger import (
    EMPTY,
    PROMISE,
    Head,
    join_notes,
    known_key,
    origin,
    parse_checkpoint,
    promise_key,
    public_bytes,
    read_checkpoint,
    read_vkey,
    sign_checkpoint,
    signing_key,
    split_notes,
    vkey,
)

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
PUBLIC = public_bytes(KEY)
HEAD = Head(
    origin="hailong/dot-1",
    size=20,
    root=bytes(range(32)),
    days=(("2026-11-20", 3), ("2026-11-21", 17), ("2026-11-22", 0)),
)
NOTE = sign_checkpoint(KEY, HEAD)


def code(note: str, public: bytes = PUBLIC) -> str:
    with pytest.raises(Refused) as caught:
        read_checkpoint(note, public)
    assert caught.value.say("vi")
    return caught.value.problems[0].code


def test_the_text_is_a_c2sp_checkpoint_that_is_verified_without_our_code() -> None:
    text, _, line = NOTE.partition("\n\n")
    lines = text.split("\n")
    assert lines == [
        "hailong/dot-1",
        "20",
        base64.b64encode(bytes(range(32))).decode(),
        "day 2026-11-20 3",
        "day 2026-11-21 17",
        "day 2026-11-22 0",
    ]
    dash, name, signature = line.removesuffix("\n").split(" ")
    assert (dash, name) == ("—", "hailong/dot-1")
    content = base64.b64decode(signature)
    assert content[:4] == hashlib.sha256(b"hailong/dot-1\n\x01" + PUBLIC).digest()[:4]
    Ed25519PublicKey.from_public_bytes(PUBLIC).verify(content[4:], f"{text}\n".encode())


def test_what_was_signed_is_read_back() -> None:
    assert read_checkpoint(NOTE, PUBLIC) == parse_checkpoint(NOTE) == HEAD
    assert HEAD.through == "2026-11-22"
    more = replace(HEAD, voids=(3, "0f" * 32), settings="a1" * 32)
    note = sign_checkpoint(KEY, more)
    assert note.splitlines()[3:6] == ["voids 3 " + "0f" * 32, "settings " + "a1" * 32, "day 2026-11-20 3"]
    assert read_checkpoint(note, PUBLIC) == more
    empty = replace(HEAD, size=0, root=EMPTY, days=(("2026-11-20", 0),))
    assert read_checkpoint(sign_checkpoint(KEY, empty), PUBLIC) == empty


@pytest.mark.parametrize(
    "change",
    [
        ("hailong/dot-1\n20", "hailong/dot-1\n21"),
        ("AAECAw", "AAECBA"),
        ("day 2026-11-21 17", "day 2026-11-21 16"),
        ("day 2026-11-20 3\n", ""),
        ("hailong/dot-1\n20", "hailong/dot-2\n20"),
    ],
)
def test_no_statement_can_be_changed_under_a_signature(change: tuple[str, str]) -> None:
    changed = NOTE.replace(*change, 1)
    assert changed != NOTE
    assert code(changed) == "LED_SIGNATURE"


def test_another_keys_signature_does_not_count_but_may_stand_beside_ours() -> None:
    other = sign_checkpoint(OTHER, HEAD)
    assert code(other) == "LED_SIGNATURE"
    assert code(NOTE, public_bytes(OTHER)) == "LED_SIGNATURE"
    witnessed = NOTE + "— witness.example " + base64.b64encode(b"w" * 68).decode() + "\n"
    assert read_checkpoint(witnessed, PUBLIC) == HEAD
    both = other + NOTE.rpartition("\n\n")[2]
    assert read_checkpoint(both, PUBLIC) == HEAD


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "hailong/dot-1\n\n— a b\n",
        NOTE.replace("\n20\n", "\n020\n"),
        NOTE.replace("\n20\n", "\n-1\n"),
        NOTE.replace("AAECAw", "AAEC"),
        NOTE.replace("day 2026-11-22 0", "day 2026-02-30 0"),
        NOTE.replace("day 2026-11-22 0", "words"),
        NOTE.replace("day 2026-11-22 0", "day 2026-11-20 0"),
        NOTE.replace("day 2026-11-22 0", "day 2026-11-21 0"),
        NOTE.replace("day 2026-11-20 3", "voids 1 00\nday 2026-11-20 3"),
        NOTE.replace("day 2026-11-20 3", f"settings {'0' * 64}\nsettings {'0' * 64}\nday 2026-11-20 3"),
        NOTE.replace("day 2026-11-20 3\nday 2026-11-21 17\nday 2026-11-22 0\n", ""),
        NOTE.replace("hailong/dot-1", "hailong/../etc"),
        NOTE.replace("hailong/dot-1", "example.com/log"),
        "x" * 3_000_000,
        "\ud800\n\n",
    ],
)
def test_what_is_no_checkpoint_is_refused_without_a_crash(text: str) -> None:
    assert code(text) == "LED_NOTE"


@pytest.mark.parametrize("line", ["", "— hailong/dot-1", "— hailong/dot-1 ???", "— hailong/dot-1 AAAA", "- x y"])
def test_a_note_without_a_signature_is_refused(line: str) -> None:
    assert code(f"{NOTE.rpartition('—')[0]}{line}\n") in ("LED_SIGNATURE", "LED_NOTE")


@pytest.mark.parametrize("round_id", ["", "..", "a/b", "a b", "a+b", "-a", "a\nb", "đợt"])
def test_a_round_whose_id_could_break_a_note_or_a_path_has_no_log(round_id: str) -> None:
    with pytest.raises(ValueError, match="cannot name a log"):
        origin(round_id)


def test_many_notes_stand_in_one_file_and_survive_a_mail() -> None:
    notes = tuple(sign_checkpoint(KEY, replace(HEAD, size=size)) for size in (20, 21, 25))
    text = join_notes(notes)
    assert split_notes(text) == notes
    assert split_notes("\ufeff" + text.replace("\n", "\r\n") + "\r\n\r\n") == notes
    assert split_notes("Kính gửi Sở Nội vụ,\n\nsổ hôm nay:\n\n" + text) == notes
    assert split_notes("") == split_notes("no note\n\nat all") == ()


def test_the_public_key_is_published_as_text_and_read_back() -> None:
    text = vkey("hailong/dot-1", PUBLIC)
    name, identifier, encoded = text.split("+", 2)
    assert (name, len(identifier)) == ("hailong/dot-1", 8)
    assert base64.b64decode(encoded) == b"\x01" + PUBLIC
    assert read_vkey(f" {text}\n") == PUBLIC
    for wrong in ("", "a+b+c", text[:-4], text.replace("dot-1", "dot-2"), "x" * 10_000, text.replace("+", "-")):
        with pytest.raises(Refused, match="public key"):
            read_vkey(wrong)


def test_the_signing_key_is_made_once_and_only_the_owner_may_read_it(tmp_path: Path) -> None:
    first = signing_key(tmp_path, os.urandom)
    assert public_bytes(signing_key(tmp_path, os.urandom)) == public_bytes(first)
    assert public_bytes(signing_key(tmp_path / "other", os.urandom)) != public_bytes(first)
    assert public_bytes(promise_key(tmp_path, os.urandom)) != public_bytes(first)
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "signing.key").stat().st_mode) == 0o600


def test_who_only_asks_for_a_key_makes_none(tmp_path: Path) -> None:
    assert known_key(tmp_path) is known_key(tmp_path, PROMISE) is None
    assert list(tmp_path.iterdir()) == []
    made = {"signing.key": signing_key(tmp_path, os.urandom), PROMISE: promise_key(tmp_path, os.urandom)}
    for name, key in made.items():
        known = known_key(tmp_path, name)
        assert known is not None
        assert public_bytes(known) == public_bytes(key)
