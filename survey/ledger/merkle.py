"""Is this leaf in the tree, and is yesterday's tree the beginning of today's? RFC 9162 section 2.1, SHA-256.

A tree is given by the hashes of its leaves (`leaf_hash` of each entry), 32 bytes each, in order.
"""

import hashlib
from collections.abc import Iterable, Sequence

EMPTY = hashlib.sha256(b"").digest()
"""The root of the tree without leaves."""


def leaf_hash(entry: bytes) -> bytes:
    """H(0x00 | entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """H(0x01 | left | right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The root of a growing tree, with no more memory than its height. `size` counts the leaves."""

    __slots__ = ("_peaks", "size")

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def and_then(self, hashes: Iterable[bytes]) -> "Frontier":
        """Another tree: this one with these leaves behind."""
        grown = Frontier()
        grown.size, grown._peaks = self.size, list(self._peaks)
        grown.extend(hashes)
        return grown

    def extend(self, hashes: Iterable[bytes]) -> None:
        """Append leaves."""
        for node in hashes:
            self.size += 1
            # As many full pairs end here as the size has zeros at its end.
            for _ in range((self.size & -self.size).bit_length() - 1):
                node = node_hash(self._peaks.pop(), node)  # noqa: PLW2901
            self._peaks.append(node)

    def root(self) -> bytes:
        """The root as of now."""
        if not self._peaks:
            return EMPTY
        node = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            node = node_hash(peak, node)
        return node


class Tree:
    """A whole tree in memory (64 bytes a leaf and Python's overhead), for proofs."""

    __slots__ = ("_levels", "size")

    def __init__(self, hashes: Sequence[bytes]) -> None:
        self.size = len(hashes)
        # Level k holds the roots of the leaves [i 2^k, (i+1) 2^k), the last one of what is left there.
        self._levels = [list(hashes)]
        while len(below := self._levels[-1]) > 1:
            pairs = [node_hash(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)]
            self._levels.append(pairs + below[len(pairs) * 2 :])

    def root(self) -> bytes:
        """The tree's root."""
        return self._levels[-1][0] if self.size else EMPTY

    def inclusion(self, index: int) -> tuple[bytes, ...]:
        """The audit path of leaf `index` (section 2.1.3.1), from its sibling upwards. Raises IndexError if none."""
        if not 0 <= index < self.size:
            raise IndexError(index)
        path = []
        for level in self._levels[:-1]:
            if index ^ 1 < len(level):
                path.append(level[index ^ 1])
            index >>= 1
        return tuple(path)

    def consistency(self, old: int) -> tuple[bytes, ...]:
        """The proof that the first `old` leaves are a tree of their own (section 2.1.4.1); empty for 0 and all.

        Raises IndexError if there are fewer leaves.
        """
        if not 0 <= old <= self.size:
            raise IndexError(old)
        return tuple(self._subproof(old, 0, self.size, whole=True)) if 0 < old < self.size else ()

    def _subproof(self, old: int, start: int, end: int, *, whole: bool) -> list[bytes]:
        if old == end - start:
            return [] if whole else [self._node(start, end)]
        middle = 1 << (end - start - 1).bit_length() - 1
        if old <= middle:
            return [*self._subproof(old, start, start + middle, whole=whole), self._node(start + middle, end)]
        return [
            *self._subproof(old - middle, start + middle, end, whole=False),
            self._node(start, start + middle),
        ]

    def _node(self, start: int, end: int) -> bytes:
        level = (end - start - 1).bit_length()
        return self._levels[level][start >> level]


def included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path leads from the leaf's hash to the root of a tree of `size` leaves (section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, node = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = node_hash(step, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, step)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def consistent(old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the tree of `old` leaves is the beginning of the one of `size` leaves (section 2.1.4.2)."""
    if old == size or old == 0:
        return not proof and old_root == (root if old else EMPTY)
    if not 0 < old < size or not proof:
        return False
    steps = list(proof) if old & (old - 1) else [old_root, *proof]
    place, last = old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            first, second = node_hash(step, first), node_hash(step, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node_hash(second, step)
        place, last = place >> 1, last >> 1
    return last == 0 and first == old_root and second == root
