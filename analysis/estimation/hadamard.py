"""Which half-samples balance? Hadamard matrices: ±1, every two rows orthogonal, H·Hᵀ = n·I.

Built from 1 and 2 by the two constructions of Paley (1933) over fields of any odd order and by Kronecker products
(Sylvester 1867). These leave out 92, 116, 156 and some larger multiples of 4, for which the next one serves.
"""

import numpy as np
from numpy.typing import NDArray

Signs = NDArray[np.int8]


def hadamard(above: int) -> Signs:
    """(n, n) of ±1 for the smallest multiple of 4 above `above` that can be built. Its first row is all 1."""
    order = 4 * (above // 4 + 1)
    while (found := _construct(order)) is None:
        order += 4
    return np.asarray(found * found[0])


def _construct(order: int) -> Signs | None:
    if order == 1:
        return np.ones((1, 1), dtype=np.int8)
    if order == 2:
        return np.array([[1, 1], [1, -1]], dtype=np.int8)
    if order % 4:
        return None
    if _prime_base(order - 1):
        return _bordered(order - 1, corner=-1) + np.eye(order, dtype=np.int8)
    half = order // 2
    if half % 4 == 2 and _prime_base(half - 1):
        ones, turned = np.array([[1, 1], [1, -1]], dtype=np.int8), np.array([[1, -1], [-1, -1]], dtype=np.int8)
        return np.kron(_bordered(half - 1, corner=1), ones) + np.kron(np.eye(half, dtype=np.int8), turned)
    for left in range(2, int(order**0.5) + 1):
        if order % left == 0:
            first, second = _construct(left), _construct(order // left)
            if first is not None and second is not None:
                return np.kron(first, second)
    return None


def _prime_base(number: int) -> int | None:
    """The prime of which an odd number is a power, None if it is none."""
    base = next((p for p in range(3, int(number**0.5) + 1, 2) if number % p == 0), number)
    rest = number
    while rest % base == 0 and rest > 1:
        rest //= base
    return base if rest == 1 and number > 2 else None


def _bordered(size: int, *, corner: int) -> Signs:
    """(q+1, q+1): the conference matrix [0, 1; corner, χ(a−b)] of the field of q elements."""
    found = np.ones((size + 1, size + 1), dtype=np.int8)
    found[0, 0], found[1:, 0] = 0, corner
    found[1:, 1:] = _residues(size)
    return found


def _residues(size: int) -> Signs:
    """(q, q): χ(a−b) over the field of q elements: 1 where a−b is a square, −1 where not, 0 where a = b."""
    prime = _prime_base(size)
    assert prime is not None  # noqa: S101  callers ask
    powers = prime ** np.arange(round(np.log(size) / np.log(prime)))
    digits = np.arange(size)[:, None] // powers % prime
    # A ring of q polynomials has (q+1)/2 squares, 0 among them, where its modulus is irreducible, else fewer.
    squares = next(s for low in digits if len(s := np.unique(_squares(digits, low, prime) @ powers)) == (size + 1) // 2)
    character = np.full(size, -1, dtype=np.int8)
    character[squares] = 1
    character[0] = 0
    return np.asarray(character[(digits[:, None] - digits) % prime @ powers])


def _squares(digits: NDArray[np.int64], low: NDArray[np.int64], prime: int) -> NDArray[np.int64]:
    """The squares (q, k) of polynomials (q, k), lowest power first, modulo x^k + `low` (k,) and the prime."""
    size, degree = digits.shape
    product = np.zeros((size, 2 * degree - 1), dtype=np.int64)
    for power in range(degree):
        product[:, power : power + degree] += digits[:, power, None] * digits
    for top in range(2 * degree - 2, degree - 1, -1):
        product[:, top - degree : top] -= product[:, top, None] % prime * low
    return product[:, :degree] % prime
