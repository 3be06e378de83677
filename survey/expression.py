"""When is a question asked, and which answers does it take? The closed subset of XLSForm expressions.

    or_    := and_ ("or" and_)*          and_   := not_ ("and" not_)*
    not_   := "not(" or_ ")" | "(" or_ ")" | compare
    compare := value ("=" | "!=" | "<" | "<=" | ">" | ">=") value | "selected(" value "," value ")"
    value  := "${name}" | "." | number | 'text' | "text" | "string-length(" value ")"

Anything else is refused, so that every face of a questionnaire can follow it (see docs/decisions).

The meaning is XPath's, as in every other XLSForm tool: a missing answer is the empty text, so it equals nothing but
`''`, differs (`!=`) from everything else, and is neither smaller nor greater than anything. Where one side of a
comparison is a number both are read as numbers; `<` and its kin compare numbers, and, beyond XPath, two ISO dates.
"""

import operator
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from survey.errors import word

Answer = str | int | float | tuple[str, ...]
"""What a question can be answered with; survey.response says which kind of question gets which."""

NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
"""What a question may be called: it becomes a column name in every file and every database."""

LONGEST = 1_000
DEEPEST = 20


class ExpressionError(ValueError):
    """A text outside the subset. `code` and `values` make its wording; `position` is the character, from 1."""

    def __init__(self, code: str, position: int, **values: object) -> None:
        self.code = code
        self.position = position
        self.values: Mapping[str, object] = {"position": position, **values}
        super().__init__(word(code, "en", **self.values))


@dataclass(frozen=True, slots=True)
class Name:
    """The answer to another question: `${name}`."""

    name: str


@dataclass(frozen=True, slots=True)
class Current:
    """The answer being given: `.`."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A number or a text."""

    value: float | str


@dataclass(frozen=True, slots=True)
class Length:
    """`string-length(of)`: how many characters."""

    of: "Value"


@dataclass(frozen=True, slots=True)
class Compare:
    """`left sign right`."""

    left: "Value"
    sign: str
    right: "Value"


@dataclass(frozen=True, slots=True)
class Selected:
    """`selected(among, option)`: whether the option is (one of) the chosen."""

    among: "Value"
    option: "Value"


@dataclass(frozen=True, slots=True)
class Not:
    """`not(part)`."""

    part: "Condition"


@dataclass(frozen=True, slots=True)
class And:
    """All parts hold."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One part at least holds."""

    parts: tuple["Condition", ...]


Value = Name | Current | Constant | Length
Condition = Compare | Selected | Not | And | Or


@dataclass(frozen=True, slots=True)
class Expression:
    """A condition of the closed subset, known to be one: making it from any other text raises ExpressionError.

    Its only field is the text, so equality, hash and JSON depend on nothing else.
    """

    source: str

    def __post_init__(self) -> None:
        _tree(self.source)

    @property
    def tree(self) -> Condition:
        """The parsed condition, for a face that translates it."""
        return _tree(self.source)

    @property
    def names(self) -> frozenset[str]:
        """The questions it refers to by `${name}`."""
        return frozenset(part.name for part in self.parts() if isinstance(part, Name))

    def parts(self) -> Iterator[Condition | Value]:
        """Every node of the tree, in the order written."""
        return _walk(self.tree)

    def holds(self, answers: Mapping[str, Answer], current: Answer | None = None) -> bool:
        """Whether it is true of `answers` (by question name; a missing one is left out) and of `.` = `current`."""
        return holds(self.tree, answers, current)


def parse(source: str) -> Expression:
    """The expression written in `source`. Raises ExpressionError for anything outside the subset."""
    return Expression(source)


def _walk(node: Condition | Value) -> Iterator[Condition | Value]:
    yield node
    match node:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _walk(part)
        case Not(inner):
            yield from _walk(inner)
        case Compare(left, _, right):
            yield from _walk(left)
            yield from _walk(right)
        case Selected(among, option):
            yield from _walk(among)
            yield from _walk(option)
        case Length(of):
            yield from _walk(of)
        case _:
            pass


# -- meaning ---------------------------------------------------------------------------------------------------------

_NUMBER = re.compile(r"\s*-?[0-9]+(\.[0-9]+)?\s*")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ORDER = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def holds(node: Condition, answers: Mapping[str, Answer], current: Answer | None) -> bool:
    """Whether this part of an expression is true, as `Expression.holds` says of the whole."""
    match node:
        case And(parts):
            return all(holds(part, answers, current) for part in parts)
        case Or(parts):
            return any(holds(part, answers, current) for part in parts)
        case Not(part):
            return not holds(part, answers, current)
        case Selected(among, option):
            return _text(_value(option, answers, current)) in _text(_value(among, answers, current)).split()
        case Compare(left, sign, right):
            return _compare(_value(left, answers, current), sign, _value(right, answers, current))


def _value(node: Value, answers: Mapping[str, Answer], current: Answer | None) -> Answer:
    match node:
        case Name(name):
            return answers.get(name, "")
        case Current():
            return "" if current is None else current
        case Constant(value):
            return value
        case Length(of):
            return len(_text(_value(of, answers, current)))


def _text(value: Answer) -> str:
    return " ".join(value) if isinstance(value, tuple) else str(value)


def _number(value: Answer) -> int | float | None:
    if isinstance(value, int | float):
        return value
    text = _text(value)
    return float(text) if _NUMBER.fullmatch(text) else None


def _compare(left: Answer, sign: str, right: Answer) -> bool:
    if sign in ("=", "!="):
        if isinstance(left, int | float) or isinstance(right, int | float):
            one, other = _number(left), _number(right)
            same = one is not None and one == other
        else:
            same = _text(left) == _text(right)
        return same == (sign == "=")
    if isinstance(left, str) and isinstance(right, str) and _DATE.fullmatch(left) and _DATE.fullmatch(right):
        return bool(_ORDER[sign](left, right))
    low, high = _number(left), _number(right)
    return low is not None and high is not None and bool(_ORDER[sign](low, high))


# -- grammar ---------------------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<name>\$\{(?P<called>[^}]*)\})
      | (?P<number>-?[0-9]+(?:\.[0-9]+)?)
      | (?P<text>'[^']*'|"[^"]*")
      | (?P<sign>!=|<=|>=|=|<|>)
      | (?P<word>[^\W\d][\w-]*)
      | (?P<mark>[().,])
    )""",
    re.VERBOSE,
)
_CURLY = "‘’“”′″"


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int


def _tokens(source: str) -> list[_Token]:
    found, at = [], 0
    while source[at:].strip():
        match = _TOKEN.match(source, at)
        if match is None:
            at += len(source[at:]) - len(source[at:].lstrip())
            raise _unreadable(source[at], at + 1)
        kind = "name" if match["name"] else str(match.lastgroup)
        position = match.start(kind) + 1
        if kind == "name" and not NAME.fullmatch(match["called"]):
            raise ExpressionError("EXP_NAME", position, got=match["called"])
        found.append(_Token(kind, match["called"] if kind == "name" else match[kind], position))
        at = match.end()
    return found


def _unreadable(character: str, position: int) -> ExpressionError:
    if character in _CURLY:
        return ExpressionError("EXP_CURLY_QUOTE", position, got=character)
    if character in "'\"":
        return ExpressionError("EXP_OPEN_QUOTE", position, got=character)
    return ExpressionError("EXP_CHARACTER", position, got=character)


@lru_cache(maxsize=4096)
def _tree(source: str) -> Condition:
    if len(source) > LONGEST:
        raise ExpressionError("EXP_LONG", LONGEST + 1, limit=LONGEST, got=len(source))
    if not source.strip():
        raise ExpressionError("EXP_EMPTY", 1)
    return _Parser(_tokens(source), len(source) + 1).whole()


class _Parser:
    """Recursive descent with one token of foresight; `DEEPEST` bounds the recursion."""

    def __init__(self, tokens: list[_Token], end: int) -> None:
        self._tokens = [*tokens, _Token("end", "", end)]
        self._at = 0
        self._depth = 0

    def whole(self) -> Condition:
        tree = self._or()
        if self._next.kind != "end":
            raise self._error("EXP_LEFTOVER")
        return tree

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _take(self, text: str) -> bool:
        """Step over the next token if it is this mark or word (not a quoted text that reads the same)."""
        found = self._next.kind in ("mark", "word") and self._next.text == text
        self._at += found
        return found

    def _demand(self, mark: str) -> None:
        if not self._take(mark):
            raise self._error("EXP_NEEDS_MARK", mark=mark)

    def _error(self, code: str, **values: object) -> ExpressionError:
        return ExpressionError(code, self._next.position, got=self._next.text, **values)

    def _or(self) -> Condition:
        parts = [self._and()]
        while self._take("or"):
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _and(self) -> Condition:
        parts = [self._not()]
        while self._take("and"):
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _not(self) -> Condition:
        if self._take("not"):
            self._demand("(")
            return Not(self._inside())
        if self._take("("):
            return self._inside()
        return self._comparison()

    def _inside(self) -> Condition:
        """A condition after its opening bracket, with the closing one."""
        self._deeper()
        inside = self._or()
        self._demand(")")
        self._depth -= 1
        return inside

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise self._error("EXP_DEEP", limit=DEEPEST)

    def _comparison(self) -> Condition:
        if self._take("selected"):
            self._demand("(")
            among = self._value()
            self._demand(",")
            option = self._value()
            self._demand(")")
            return Selected(among, option)
        left = self._value()
        sign = self._next
        if sign.kind != "sign":
            raise self._error("EXP_NEEDS_SIGN")
        self._at += 1
        return Compare(left, sign.text, self._value())

    def _value(self) -> Value:
        token = self._next
        if self._take("string-length"):
            self._demand("(")
            self._deeper()
            of = self._value()
            self._demand(")")
            self._depth -= 1
            return Length(of)
        if self._take("."):
            return Current()
        if token.kind == "word":
            raise self._error("EXP_WORD")
        if token.kind not in ("name", "number", "text"):
            raise self._error("EXP_NEEDS_VALUE")
        self._at += 1
        if token.kind == "name":
            return Name(token.text)
        return Constant(float(token.text) if token.kind == "number" else token.text[1:-1])
