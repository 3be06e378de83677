"""The tree: published values of RFC 6962 logs, and a verifier written from the RFC's definitions alone."""

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.ledger import EMPTY, Frontier, Tree, consistent, included, leaf_hash

# The standard inputs of Certificate Transparency's reference implementation and the values it publishes for them.
ENTRIES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (5, 8): (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
}
CONSISTENCY = {
    (1, 1): (),
    (1, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (6, 8): (
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 5): (
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}


def hashes(size: int) -> list[bytes]:
    return [leaf_hash(entry) for entry in ENTRIES[:size]]


def numbered(size: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4, "big")) for number in range(size)]


# --- An independent implementation: nothing but the recursive definitions of RFC 6962 section 2.1.


def sha(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def split(size: int) -> int:
    """The largest power of two smaller than the size."""
    half = 1
    while half * 2 < size:
        half *= 2
    return half


def mth(leaves: Sequence[bytes]) -> bytes:
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return sha(b"\x01" + mth(leaves[:k]) + mth(leaves[k:]))


def root_by_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root that PATH(index, D[size]) leads to; ValueError if it is too long or too short."""
    if size == 1:
        if path:
            raise ValueError("too long")
        return leaf
    if not path:
        raise ValueError("too short")
    k = split(size)
    if index < k:
        return sha(b"\x01" + root_by_path(leaf, index, k, path[:-1]) + path[-1])
    return sha(b"\x01" + path[-1] + root_by_path(leaf, index - k, size - k, path[:-1]))


def roots_by_proof(
    old: int, size: int, old_root: bytes, proof: Sequence[bytes], *, whole: bool = True
) -> tuple[bytes, bytes]:
    """The old and the new root that SUBPROOF(old, D[size], whole) leads to."""
    if old == size:
        if whole:
            return old_root, old_root
        (node,) = proof
        return node, node
    k, rest = split(size), proof[-1]
    if old <= k:
        before, now = roots_by_proof(old, k, old_root, proof[:-1], whole=whole)
        return before, sha(b"\x01" + now + rest)
    before, now = roots_by_proof(old - k, size - k, old_root, proof[:-1], whole=False)
    return sha(b"\x01" + rest + before), sha(b"\x01" + rest + now)


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_that_certificate_transparency_publishes(size: int) -> None:
    frontier = Frontier()
    frontier.extend(hashes(size))
    assert Tree(hashes(size)).root().hex() == frontier.root().hex() == ROOTS[size]
    assert frontier.size == size
    assert EMPTY.hex() == ROOTS[0]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_inclusion_proofs_are_the_published_ones(index: int, size: int) -> None:
    path = tuple(bytes.fromhex(step) for step in INCLUSION[index, size])
    assert Tree(hashes(size)).inclusion(index) == path
    assert included(leaf_hash(ENTRIES[index]), index, size, path, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("old", "size"), CONSISTENCY)
def test_consistency_proofs_are_the_published_ones(old: int, size: int) -> None:
    proof = tuple(bytes.fromhex(step) for step in CONSISTENCY[old, size])
    assert Tree(hashes(size)).consistency(old) == proof
    assert consistent(old, bytes.fromhex(ROOTS[old]), size, bytes.fromhex(ROOTS[size]), proof)


def test_the_independent_verifier_agrees_for_every_leaf_of_every_small_tree() -> None:
    for size in range(1, 34):
        leaves = numbered(size)
        tree, root = Tree(leaves), mth(leaves)
        assert tree.root() == root
        for index, leaf in enumerate(leaves):
            path = tree.inclusion(index)
            assert root_by_path(leaf, index, size, path) == root
            assert included(leaf, index, size, path, root)
        for old in range(1, size + 1):
            proof, before = tree.consistency(old), mth(leaves[:old])
            assert roots_by_proof(old, size, before, proof) == (before, root)
            assert consistent(old, before, size, root, proof)


@given(st.data(), st.integers(1, 200))
def test_no_other_leaf_place_size_path_or_root_is_accepted(data: st.DataObject, size: int) -> None:
    leaves = numbered(size)
    tree = Tree(leaves)
    root, index = tree.root(), data.draw(st.integers(0, size - 1))
    leaf, path = leaves[index], tree.inclusion(index)
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != index)) if size > 1 else size
    assert not included(leaf_hash(b"other"), index, size, path, root)
    assert not included(leaf, other, size, path, root)
    assert not included(leaf, index, size, (*path, root), root)
    assert not included(leaf, index, size, path, leaf_hash(b"other"))
    assert not included(leaf, size, size, path, root)
    assert not included(leaf, -1, size, path, root)
    if path:
        assert not included(leaf, index, size, path[:-1], root)
        at = data.draw(st.integers(0, len(path) - 1))
        assert not included(leaf, index, size, (*path[:at], leaf_hash(b"other"), *path[at + 1 :]), root)


@given(st.data(), st.integers(2, 200))
def test_a_log_that_was_rewritten_has_no_consistency_proof(data: st.DataObject, size: int) -> None:
    leaves = numbered(size)
    old = data.draw(st.integers(1, size - 1))
    changed = data.draw(st.integers(0, old - 1))
    before = Tree(leaves[:old]).root()
    rewritten = Tree([*leaves[:changed], leaf_hash(b"forged"), *leaves[changed + 1 :]])
    honest = Tree(leaves)
    assert not consistent(old, before, size, rewritten.root(), rewritten.consistency(old))
    assert not consistent(old, before, size, rewritten.root(), honest.consistency(old))
    assert not consistent(old, before, size, honest.root(), honest.consistency(old)[:-1])
    assert not consistent(old, before, size, honest.root(), (*honest.consistency(old), before))
    assert not consistent(size, honest.root(), old, before, ())


def test_the_empty_tree_is_the_beginning_of_every_tree_and_nothing_else_is_it() -> None:
    assert consistent(0, EMPTY, 3, Tree(numbered(3)).root(), ())
    assert not consistent(0, leaf_hash(b""), 3, Tree(numbered(3)).root(), ())
    assert not included(leaf_hash(b""), 0, 0, (), EMPTY)


def test_there_is_no_proof_for_a_leaf_or_a_size_that_the_tree_does_not_have() -> None:
    tree = Tree(numbered(3))
    for index in (-1, 3):
        with pytest.raises(IndexError):
            tree.inclusion(index)
    for old in (-1, 4):
        with pytest.raises(IndexError):
            tree.consistency(old)


def test_a_hundred_thousand_leaves_and_a_proof_of_one_of_them() -> None:
    leaves = numbered(100_000)
    tree, frontier = Tree(leaves), Frontier()
    frontier.extend(leaves)
    path = tree.inclusion(77_777)
    assert len(path) == 17
    assert root_by_path(leaves[77_777], 77_777, 100_000, path) == tree.root() == frontier.root()
    proof = tree.consistency(65_537)
    before = mth(leaves[:65_537])
    assert roots_by_proof(65_537, 100_000, before, proof) == (before, tree.root())
