"""What does a raw line hold? Typed values out of a TOML table or a spreadsheet row, with faults collected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import isfinite
from typing import Any

from analysis.scores.scorecard.scheme import NOISE
from survey.errors import Problem

_MOST = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a value stands: a file with the criterion's code or the table's key, or a row of a sheet."""

    file: str | None = None
    criterion: str = ""
    key: str = ""
    sheet: str | None = None
    row: int | None = None

    def problem(self, field: str, code: str, **values: object) -> Problem:
        """A fault there; `field`: the key in the file, which in a sheet is the column."""
        if self.row is not None:
            return Problem(code=code, sheet=self.sheet, row=self.row, column=field, values=values)
        told = {each: Problem(code=code, values=values).what(each) for each in ("vi", "en")}
        at = "SCR_AT" if self.criterion else "SCR_AT_KEY"
        named = f"{self.key}.{field}" if self.key else field
        return Problem(code=at, file=self.file, values={"criterion": self.criterion, "field": named, "what": told})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """The raw values of one line. What is missing or wrong goes to `faults` and a harmless value comes back."""

    raw: Mapping[str, Any]
    place: Place
    faults: list[Problem]
    heads: Mapping[str, str] | None = None

    def fault(self, field: str, code: str, **values: object) -> Problem:
        """A fault of this field, under the name that the person sees."""
        return self.place.problem((self.heads or {}).get(field, field), code, **values)

    def only(self, allowed: Sequence[str]) -> None:
        """Notes every key that means nothing: a mistyped one would be ignored in silence."""
        for key in self.raw:
            if key not in allowed:
                self.faults.append(self.fault(key, "SCR_UNKNOWN_KEY", allowed=", ".join(allowed)))

    def text(self, field: str, *, needed: bool = True) -> str:
        """A text without blanks around it."""
        value = self.raw.get(field)
        if value is None and not needed:
            return ""
        if not isinstance(value, str) or (needed and not value.strip()):
            self.faults.append(self.fault(field, "SCR_TEXT"))
            return ""
        return value.strip()

    def words(self, field: str, *, needed: bool = True) -> dict[str, str]:
        """A wording by language; Vietnamese at least."""
        value = self.raw.get(field)
        if value is None and not needed:
            return {}
        if isinstance(value, str):
            value = {"vi": value}
        if not isinstance(value, Mapping) or not all(isinstance(v, str) for v in value.values()) or not value.get("vi"):
            self.faults.append(self.fault(field, "SCR_WORDS"))
            return {"vi": ""}
        return {str(language): " ".join(text.split()) for language, text in value.items()}

    def number(self, field: str, *, least: float = NOISE, most: float = _MOST) -> float:
        """A finite number in these limits."""
        value = self.raw.get(field)
        if _is_number(value) and least <= float(value) <= most:  # type: ignore[arg-type]
            return float(value)  # type: ignore[arg-type]
        limits = {"least": "> 0" if least == NOISE else f"{least:g}", "most": f"{most:g}"}
        self.faults.append(self.fault(field, "SCR_NUMBER", got=_shown(value), **limits))
        return 0.0

    def whole(self, field: str) -> int | None:
        """A count, None where it is not given."""
        value = self.raw.get(field)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
            return value
        self.faults.append(self.fault(field, "SCR_NUMBER", got=_shown(value), least="0", most=f"{_MOST:g}"))
        return None

    def yes(self, field: str) -> bool:
        """True or false; false where it is not given."""
        value = self.raw.get(field, False)
        if isinstance(value, bool):
            return value
        self.faults.append(self.fault(field, "SCR_YES_NO", got=_shown(value)))
        return False

    def one_of(self, field: str, allowed: Sequence[str], *, default: str | None = None) -> Any:
        """One of the allowed words."""
        value = self.raw.get(field, default)
        if value in allowed:
            return value
        self.faults.append(self.fault(field, "SCR_CHOICE", got=_shown(value), allowed=", ".join(filter(None, allowed))))
        return allowed[0]

    def choices(self, field: str, allowed: Sequence[str]) -> list[Any]:
        """Some of the allowed words."""
        value = self.raw.get(field)
        if isinstance(value, list) and value and all(each in allowed for each in value):
            return value
        self.faults.append(self.fault(field, "SCR_CHOICE", got=_shown(value), allowed=", ".join(filter(None, allowed))))
        return []

    def texts(self, field: str) -> tuple[str, ...]:
        """A list of texts, empty where it is not given."""
        value = self.raw.get(field, [])
        if isinstance(value, list) and all(isinstance(each, str) and each.strip() for each in value):
            return tuple(each.strip() for each in value)
        self.faults.append(self.fault(field, "SCR_TEXTS"))
        return ()

    def shares(self, field: str) -> dict[str, float]:
        """Answer → a share 0-1, empty where it is not given."""
        value = self.raw.get(field, {})
        if isinstance(value, Mapping) and all(_is_number(v) and 0 <= v <= 1 for v in value.values()):
            return {str(key): float(share) for key, share in value.items()}
        self.faults.append(self.fault(field, "SCR_WEIGHTS"))
        return {}

    def lists(self, field: str) -> dict[str, tuple[str, ...]]:
        """Question → answers, empty where it is not given."""
        value = self.raw.get(field, {})
        if isinstance(value, Mapping) and all(
            isinstance(v, list) and v and all(isinstance(each, str) for each in v) for v in value.values()
        ):
            return {str(key): tuple(answers) for key, answers in value.items()}
        self.faults.append(self.fault(field, "SCR_LISTS"))
        return {}

    def pairs(self, field: str, most: float) -> tuple[tuple[float, float], ...]:
        """Steps [least rate 0-1, points 0-`most`], both falling."""
        value = self.raw.get(field, [])
        good = isinstance(value, list) and all(
            isinstance(pair, list | tuple) and len(pair) == 2 and all(map(_is_number, pair)) for pair in value
        )
        steps = tuple((float(rate), float(points)) for rate, points in value) if good else ()
        falling = all(a[0] > b[0] and a[1] > b[1] for a, b in pairwise(steps))
        if good and falling and all(0 <= rate <= 1 and 0 <= points <= most + NOISE for rate, points in steps):
            return steps
        self.faults.append(self.fault(field, "SCR_STEPS", most=f"{most:g}"))
        return ()

    def day(self, field: str, *, needed: bool = True) -> date | None:
        """A date."""
        value = self.raw.get(field)
        if type(value) is date or (value is None and not needed):
            return value
        self.faults.append(self.fault(field, "SCR_DAY", got=_shown(value)))
        return None

    def tables(self, field: str) -> list[Mapping[str, Any]]:
        """A list of tables, empty where it is not given."""
        value = self.raw.get(field, [])
        return value if isinstance(value, list) and all(isinstance(each, Mapping) for each in value) else []


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _shown(value: object) -> str:
    return "–" if value is None else str(value)[:60]
