"""How is the pass over rows said in SQL? One SELECT … GROUP BY, in words that every database understands alike.

The text keeps to what DuckDB, PostgreSQL and Spark (and SQLite, Trino, ClickHouse) read as the same: no FILTER, no
QUALIFY, no casts, no functions but COUNT, SUM and CHR. Names stand in double quotes.

Missing answers: NULL, and NaN where a column can hold it. In these databases NaN equals itself and is greater than
every number, but `x <= largest` will not do: DuckDB answers it from a Parquet file's statistics, which leave NaN out.
So a number is an answer where x - x = 0, which no NaN meets. Infinite numbers do not meet it either: in a column that
is only `given` they are no answer, and in one that is summed they are refused.

Values: numbers stand as numbers, texts in single quotes; a quote, a backslash or a control character is joined in by
CHR, so that no database's rules of escaping matter.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from analysis.estimation.errors import EstimationError
from analysis.estimation.levels import plain
from analysis.estimation.tables import TotalsTable
from analysis.estimation.tally import Tally
from analysis.estimation.terms import Term

Kind = Literal["whole", "double", "number", "boolean", "text", "other"]
"""What a column holds. `double`: 64-bit floating numbers; `number`: others that need not be whole."""
Kinds = Mapping[str, Kind]

_LARGEST = "1.7976931348623157E308"
_NUMBERS = ("whole", "double", "number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A pass as SQL. Its result has a column for each key of the tally, then `inside` if there is a `where`, then sums.

    `places`: which of the sums each of the table's numbers is. `infinite`: column → the sum that counts its infinite
    numbers. `good`: the sum that counts good weights, None without weights.
    """

    tally: Tally
    text: str
    places: tuple[int, ...]
    infinite: Mapping[str, int]
    good: int | None

    def table(self, columns: Sequence[Any], provenance: Mapping[str, str] | None = None) -> TotalsTable:
        """The table that the result's columns make.

        Raises EstimationError for a weight that is none, an infinite number, an empty design column, or no row.
        """
        if not len(columns) or not len(columns[0]):
            raise EstimationError("EST_NO_ROWS")
        keys = self.tally.keys
        first = len(keys) + bool(self.tally.where)
        sums = np.column_stack([np.asarray(column, dtype=float) for column in columns[first:]])
        numbers = sums[:, list(self.places)]
        rows = numbers[:, 0].sum()
        if self.good is not None and sums[:, self.good].sum() < rows:
            count = int(rows - sums[:, self.good].sum())
            raise EstimationError("TOT_BAD_WEIGHTS", column=self.tally.design.weight, count=count)
        for column, place in self.infinite.items():
            if sums[:, place].any():
                raise EstimationError("TOT_INFINITE", column=column, count=int(sums[:, place].sum()))
        inside = np.asarray(columns[len(keys)]) == 1 if self.tally.where else np.ones(len(sums), dtype=bool)
        return TotalsTable.of_groups(self.tally, dict(zip(keys, columns, strict=False)), inside, numbers, provenance)


def totals_query(tally: Tally, table: str, kinds: Kinds) -> Query:
    """The pass over `table` (a name, quoted). `kinds`: what each of its columns holds.

    Raises EstimationError for a column that it does not have, or whose kind cannot be totalled.
    """
    _check_kinds(tally, kinds)
    sums: dict[str, int] = {}

    def place(text: str) -> int:
        return sums.setdefault(text, len(sums))

    words = _Words(kinds=kinds, weight=tally.design.weight)
    terms = list(tally.terms.values())
    places = (
        place("COUNT(*)"),
        place(words.sum(Term())),
        place(words.sum(Term(), weights=2)),
        *(place(words.sum(term)) for term in terms),
        *(place(words.count(tally.terms[name])) for name in tally.counted),
        *(place(words.sum(terms[i], terms[j])) for i, j in tally.pairs),
    )
    infinite = {
        name: place(_infinite(quoted(name)))
        for name in dict.fromkeys(name for term in terms for name in term.columns)
        if kinds[name] in ("double", "number")
    }
    good = None if tally.design.weight is None else place(_good(quoted(tally.design.weight)))
    groups = [quoted(name) for name in tally.keys]
    if tally.where:
        inside = " AND ".join(words.conditions(Term(within=tally.where)))
        groups.append(f"CASE WHEN {inside} THEN 1 ELSE 0 END")
    columns = [f'{text} AS "key_{number}"' for number, text in enumerate(groups)]
    columns += [f'{text} AS "sum_{number}"' for text, number in sums.items()]
    text = f"SELECT {', '.join(columns)} FROM {table} GROUP BY {', '.join(groups)}"  # noqa: S608  names are quoted  # nosec B608
    return Query(tally=tally, text=text, places=places, infinite=infinite, good=good)


def quoted(name: str) -> str:
    """A name as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def empty_query(table: str) -> str:
    """No row of a table (a name, quoted): what tells its columns."""
    return f"SELECT * FROM {table} LIMIT 0"  # noqa: S608  names are quoted  # nosec B608


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """Sums and conditions on columns of these kinds."""

    kinds: Kinds
    weight: str | None

    def sum(self, *terms: Term, weights: int = 1) -> str:
        """Σ w·share, of the product of shares where there are several terms; weights=2: with w²."""
        conditions = list(dict.fromkeys(text for term in terms for text in self.conditions(term)))
        factors = [] if self.weight is None else [self.weight] * weights
        factors += [name for term in terms for name in term.columns if self.kinds[name] != "boolean"]
        if not factors:
            return _count(conditions)
        product = " * ".join(quoted(name) for name in factors)
        if all(self.kinds[name] != "double" for name in factors):
            product = f"1E0 * {product}"
        if conditions:
            product = f"CASE WHEN {' AND '.join(conditions)} THEN {product} ELSE 0 END"
        return f"SUM({product})"

    def count(self, term: Term) -> str:
        """Rows that a term lets in."""
        conditions, names = list(self.conditions(term)), list(term.names())
        if len(names) == 1 and conditions == [_not_null(names[0])]:
            return f"COUNT({quoted(names[0])})"
        return _count(conditions)

    def conditions(self, term: Term) -> Iterator[str]:
        """What a row must meet to have a share in a term."""
        for name, levels in term.within.items():
            yield self._among(name, levels)
        for name in term.given:
            yield self._answered(name)
        for name in term.columns:
            yield quoted(name) if self.kinds[name] == "boolean" else self._answered(name)
        if term.any_of:
            yield f"({' OR '.join(self._answered(name) for name in term.any_of)})"

    def _answered(self, name: str) -> str:
        return _finite(quoted(name)) if self.kinds[name] in ("double", "number") else _not_null(name)

    def _among(self, name: str, levels: Sequence[Any]) -> str:
        kind, column = self.kinds[name], quoted(name)
        known = [level for level in map(plain, levels) if level is not None]
        if kind == "boolean":
            either = [column for level in known if level == 1] + [f"NOT {column}" for level in known if level == 0]
            return f"({' OR '.join(dict.fromkeys(either))})" if either else "1 = 0"
        if kind == "text":
            found = [_text(level) for level in known if isinstance(level, str)]
        else:
            numbers = sorted({level for level in map(_number, known) if level is not None})
            if kind == "whole":
                numbers = [number for number in numbers if isinstance(number, int)]
                if len(numbers) > 1 and numbers[-1] - numbers[0] + 1 == len(numbers):
                    return f"{column} BETWEEN {numbers[0]} AND {numbers[-1]}"
            found = [repr(number).upper() for number in numbers]
        return f"{column} IN ({', '.join(dict.fromkeys(found))})" if found else "1 = 0"


def _count(conditions: Sequence[str]) -> str:
    return f"COUNT(CASE WHEN {' AND '.join(conditions)} THEN 1 END)" if conditions else "COUNT(*)"


def _not_null(name: str) -> str:
    return f"NOT ({quoted(name)} IS NULL)"


def _finite(column: str) -> str:
    return f"{column} - {column} = 0"


def _good(column: str) -> str:
    """Rows with a weight that is one."""
    return _count([f"{column} > 0", _finite(column)])


def _infinite(column: str) -> str:
    """Rows with an infinite number; the difference tells ∞ from NaN."""
    return _count([f"({column} < -{_LARGEST} OR 0 - {column} < -{_LARGEST})"])


def _number(level: Any) -> int | float | None:
    """A level of a column of numbers, whole where it is; None where no number equals it."""
    if not isinstance(level, int | float) or not np.isfinite(level):
        return None
    return int(level) if level == int(level) else level


def _text(level: str) -> str:
    """A text as a literal without a quote, a backslash or a control character in it."""
    parts, plain_part = [], ""
    for letter in level:
        if letter in "'\\" or ord(letter) < ord(" "):
            parts += [f"'{plain_part}'"] * bool(plain_part) + [f"CHR({ord(letter)})"]
            plain_part = ""
        else:
            plain_part += letter
    return " || ".join(parts + [f"'{plain_part}'"] * bool(plain_part or not parts))


def _check_kinds(tally: Tally, kinds: Kinds) -> None:
    weight = tally.design.weight
    numeric = [name for term in tally.terms.values() for name in term.columns]
    leveled = [*tally.keys, *tally.where, *(name for term in tally.terms.values() for name in term.within)]
    named = [name for term in tally.terms.values() for name in term.names()]
    for name in (*leveled, *named, *([] if weight is None else [weight])):
        if name not in kinds:
            raise EstimationError("EST_NO_COLUMN", column=name, columns=", ".join(kinds))
    for name in leveled:
        if kinds[name] == "other":
            raise EstimationError("TOT_KIND", column=name, allowed="whole, double, number, boolean, text")
    for name in numeric:
        if kinds[name] not in (*_NUMBERS, "boolean"):
            raise EstimationError("TOT_KIND", column=name, allowed="whole, double, number, boolean")
    if weight is not None and kinds[weight] not in _NUMBERS:
        raise EstimationError("TOT_KIND", column=weight, allowed="whole, double, number")
