"""What is summed? One additive quantity of the rows, the same for every engine that makes the pass."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Σ weight × product of `columns` over the rows that the other fields let in; a row's share of it is never NaN.

    `columns`: () counts people, ("score",) sums, ("score", "score") sums squares, ("wait", "fee") products. A row
    where one of them is empty adds nothing. `within`: column → the levels that count, values as the data has them.
    `given`: columns that must be answered too. `any_of`: at least one of these must be answered.
    """

    columns: tuple[str, ...] = ()
    within: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    given: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()

    def names(self) -> Iterator[str]:
        """The columns it speaks of, each once."""
        yield from dict.fromkeys((*self.columns, *self.within, *self.given, *self.any_of))
