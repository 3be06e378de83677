"""What does the sheet `survey` ask? Its rows as sections of questions, everything wrong collected."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import cast, get_args

from survey.errors import Problem
from survey.expression import NAME, Compare, Constant, Current, Expression, ExpressionError, Name, Selected, parse
from survey.questionnaire import IndexNode, Kind, Question, Role, Scale, Section
from survey.rating import LISTS, LONGEST_NAME, repeated_for
from survey.round import Rated
from survey.xlsform.parts import WHOLE, check_words, label
from survey.xlsform.tables import Row, Table

KINDS: tuple[str, ...] = get_args(Kind)
ROLES: tuple[str, ...] = get_args(Role)
SELECTS = ("select_one", "select_multiple")
_UNSUPPORTED = frozenset(
    {
        "calculate",
        "hidden",
        "image",
        "photo",
        "audio",
        "video",
        "file",
        "background-audio",
        "barcode",
        "geopoint",
        "geotrace",
        "geoshape",
        "start-geopoint",
        "datetime",
        "time",
        "rank",
        "range",
        "acknowledge",
        "trigger",
        "start",
        "end",
        "today",
        "deviceid",
        "phonenumber",
        "username",
        "email",
        "audit",
        "select_one_from_file",
        "select_multiple_from_file",
        "select_one_external",
        "csv-external",
        "xml-external",
        "begin_repeat",
        "end_repeat",
    }
)
_WRITTEN_OTHERWISE = {"string": "text", "int": "integer", "select1": "select_one", "select": "select_multiple"}
_YES = frozenset({"yes", "true", "true()"})
_NO = frozenset({"", "no", "false", "false()"})
_NOT_ON_GROUP = ("hint", "required", "constraint", "constraint_message", "role", "factor", "satisfied")
_LONGEST_UNIT = Rated(code="x" * 14, name="x", kind="x")
_NOT_ON_NOTE = ("required", "constraint", "constraint_message", "role", "factor", "satisfied")


def read_survey(
    table: Table,
    scales: Mapping[str, Scale] | None,
    index: Sequence[IndexNode] | None,
    faults: list[Problem],
    *,
    options_known: bool,
) -> tuple[Section, ...]:
    """The sections in order. `scales`, `index` None: their sheet could not be read, so nothing is held against it.

    `options_known` False: the lists have faults of their own, so no value is said to be missing from them.
    """
    if not table.complete:
        return ()
    reader = _Reader(table=table, scales=scales, index=index, faults=faults, options_known=options_known)
    for row in table.rows:
        reader.take(row)
    return reader.finish()


@dataclass(slots=True, kw_only=True)
class _Reader:
    """Walks the rows from top to bottom; what stands above a row is what its conditions may refer to."""

    table: Table
    scales: Mapping[str, Scale] | None
    index: Sequence[IndexNode] | None
    faults: list[Problem]
    options_known: bool
    sections: list[Section] = field(default_factory=list)
    _group: Section | None = None
    _open: list[Row] = field(default_factory=list)
    _waiting: list[Question] = field(default_factory=list)
    _faults_before: int = 0
    _names: dict[str, int] = field(default_factory=dict)
    _groups: set[str] = field(default_factory=set)
    _asked: dict[str, Question] = field(default_factory=dict)
    _repeated: set[str] = field(default_factory=set)  # questions of closed groups that are asked once a unit
    _officer: Row | None = None

    def take(self, row: Row) -> None:
        kind, listed = self._type(row)
        if kind == "begin_group":
            self._begin(row)
        elif kind == "end_group":
            self._end(row)
        elif kind in KINDS:
            self._question(row, kind, listed)

    def finish(self) -> tuple[Section, ...]:
        for row in self._open:
            self._fault("XLS_GROUP_OPEN", row, "type", got=row.get("name"))
        self._close()
        if not self.sections and not self.faults:
            self.faults.append(self.table.fault("XLS_NO_QUESTIONS", 2, None))
        return tuple(self.sections)

    def _fault(self, code: str, row: Row, base: str, language: str | None = None, **values: object) -> None:
        self.faults.append(self.table.fault(code, row, base, language, **values))

    # -- rows ---------------------------------------------------------------------------------------------------------

    def _type(self, row: Row) -> tuple[str, str]:
        """The kind of row and, for a select, its list; an empty kind if it is none of ours."""
        text = row.get("type")
        words = re.sub(r"^(begin|end)[ -](group|repeat)$", r"\1_\2", text).split()
        if not words:
            self._fault("XLS_TYPE_MISSING", row, "type", allowed=", ".join(KINDS))
            return "", ""
        kind, rest = words[0], words[1:]
        if kind in SELECTS and len(rest) == 1:
            return kind, rest[0]
        if kind in SELECTS:
            code = "XLS_TYPE_OR_OTHER" if "or_other" in rest else "XLS_TYPE_LIST"
            self._fault(code, row, "type", got=text, kind=kind)
        elif not rest and (kind in KINDS or kind in ("begin_group", "end_group")):
            return kind, ""
        elif kind in _UNSUPPORTED:
            self._fault("XLS_TYPE_UNSUPPORTED", row, "type", got=text, allowed=", ".join(KINDS))
        else:
            near = get_close_matches(kind.lower(), KINDS, n=1)
            meant = _WRITTEN_OTHERWISE.get(kind.lower(), near[0] if near else None)
            code = "XLS_TYPE_TYPO" if meant else "XLS_TYPE_UNKNOWN"
            self._fault(code, row, "type", got=text, meant=meant, allowed=", ".join(KINDS))
        if row.get("name"):
            self._named(row)
        return "", ""

    def _named(self, row: Row) -> str:
        name = row.get("name")
        if not name:
            self._fault("XLS_NAME_MISSING", row, "name")
        elif not NAME.fullmatch(name):
            self._fault("XLS_NAME", row, "name", got=name)
        elif name == WHOLE:
            self._fault("XLS_NAME_RESERVED", row, "name", got=name)
        elif name in self._names:
            self._fault("XLS_NAME_TWICE", row, "name", got=name, other=self._names[name])
        self._names.setdefault(name, row.number)
        return name

    def _begin(self, row: Row) -> None:
        self._open.append(row)
        if len(self._open) > 1:
            self._fault("XLS_GROUP_NESTED", row, "type", outer=self._open[-2].get("name"))
            return
        self._close()
        for base in _NOT_ON_GROUP:
            if row.get(base) or row.words(base):
                self._fault("XLS_NOT_ON_GROUP", row, base, "vi" if row.words(base) else None)
        name = self._named(row)
        self._groups.add(name)
        self._faults_before = len(self.faults)
        self._group = Section(
            name=name,
            label=label(self.table, row, self.faults, of=name),
            questions=(),
            relevant=self._expression(row, "relevant", None),
            repeat_over=self._repeat_over(row),
        )

    def _repeat_over(self, row: Row) -> str | None:
        """The question whose chosen units the group is repeated for."""
        name = row.get("repeat_over")
        if not name:
            return None
        question = self._asked.get(name)
        if question is None:
            known = name not in self._groups and any(other.get("name") == name for other in self.table.rows)
            if name not in self._names or name in self._groups:
                self._fault("XLS_REPEAT_LATER" if known else "XLS_REPEAT_UNKNOWN", row, "repeat_over", got=name)
            return None  # else it stands above, with a fault of its own
        if name in self._repeated:
            self._fault("XLS_REPEAT_REFERENCE", row, "repeat_over", got=name)
        elif self.scales is not None and not _lists_units(question):
            listed = f"{question.kind} {question.scale.name}" if question.scale else question.kind
            self._fault("XLS_REPEAT_LIST", row, "repeat_over", got=name, kind=listed)
        return name

    def _end(self, row: Row) -> None:
        if not self._open:
            self._fault("XLS_GROUP_UNOPENED", row, "type")
            return
        begun = self._open.pop()
        if not self._open:
            if not self._waiting and len(self.faults) == self._faults_before:
                self._fault("XLS_GROUP_EMPTY", begun, "type", got=begun.get("name"))
            if begun.get("repeat_over"):
                self._fit_for_units(begun)
            self._close()

    def _fit_for_units(self, begun: Row) -> None:
        """With a unit's code, names must still be names and conditions still be short enough."""
        self._repeated |= {question.name for question in self._waiting}
        rows = {row.get("name"): row for row in self.table.rows}
        for name in (begun.get("name"), *(question.name for question in self._waiting)):
            if len(name) > LONGEST_NAME and NAME.fullmatch(name):
                self._fault("XLS_REPEAT_NAME", rows[name], "name", got=name, limit=LONGEST_NAME)
        if len(self.faults) == self._faults_before and self._group is not None and self._group.repeat_over:
            try:
                repeated_for(replace(self._group, questions=tuple(self._waiting)), _LONGEST_UNIT)
            except ExpressionError:
                self._fault("XLS_REPEAT_CONDITION", begun, "repeat_over", got=begun.get("name"))

    def _close(self) -> None:
        """Put the questions read since the last group border into a section: the open group, or one without a name."""
        if self._waiting:
            group = self._group or Section(name=f"_{len(self.sections) + 1}", label={}, questions=())
            questions = tuple(self._waiting)
            self.sections.append(replace(group, questions=questions))
        self._waiting, self._group = [], None

    def _question(self, row: Row, kind: str, listed: str) -> None:
        name = self._named(row)
        if row.get("repeat_over"):
            self._fault("XLS_REPEAT_NOT_GROUP", row, "repeat_over")
        scale = self._scale(row, kind, listed)
        question = Question(
            name=name,
            kind=cast(Kind, kind),
            label=label(self.table, row, self.faults, of=name),
            hint=check_words(self.table, row, "hint", self.faults),
            scale=scale,
            relevant=self._expression(row, "relevant", None),
            row=row.number,
        )
        if kind == "note":
            for base in _NOT_ON_NOTE:
                if row.get(base) or row.words(base):
                    self._fault("XLS_NOT_ON_NOTE", row, base, "vi" if row.words(base) else None)
        else:
            role = self._role(row, kind)
            question = replace(
                question,
                role=role,
                factor=self._factor(row, role),
                satisfied=self._satisfied(row, role, kind, scale),
                required=self._required(row),
                constraint=self._expression(row, "constraint", question),
                constraint_message=check_words(self.table, row, "constraint_message", self.faults),
            )
        self._asked.setdefault(name, question)
        self._waiting.append(question)

    # -- cells --------------------------------------------------------------------------------------------------------

    def _scale(self, row: Row, kind: str, listed: str) -> Scale | None:
        if kind not in SELECTS or self.scales is None:
            return None
        if listed not in self.scales:
            known = ", ".join(self.scales) or "–"
            self._fault("XLS_LIST_UNKNOWN", row, "type", got=listed, allowed=known)
            return None
        return self.scales[listed]

    def _required(self, row: Row) -> bool:
        text = row.get("required").lower()
        if text not in _YES | _NO:
            self._fault("XLS_REQUIRED", row, "required", got=row.get("required"))
        return text in _YES

    def _role(self, row: Row, kind: str) -> Role | None:
        text = row.get("role")
        if text and text not in ROLES:
            self._fault("XLS_ROLE", row, "role", got=text, allowed=", ".join(ROLES))
            return None
        if text == "officer":
            if kind not in ("text", "select_one"):
                self._fault("XLS_OFFICER_KIND", row, "role", got=kind)
            if self._officer is not None:
                self._fault("XLS_OFFICER_TWICE", row, "role", other=self._officer.number)
            self._officer = self._officer or row
        return cast(Role, text) if text else None

    def _factor(self, row: Row, role: Role | None) -> str | None:
        code = row.get("factor")
        if self.index is None or row.get("role") not in ("", *ROLES):
            return code or None
        factors = [node.code for node in self.index if node.level == "factor"]
        if code and role not in ("satisfaction", "criterion"):
            self._fault("XLS_FACTOR_ROLE", row, "factor", got=code)
        elif code and code not in factors:
            self._fault("XLS_FACTOR_UNKNOWN", row, "factor", got=code, allowed=", ".join(factors) or "–")
        elif not code and role == "satisfaction" and self.index:
            self._fault("XLS_FACTOR_MISSING", row, "factor", allowed=", ".join(factors) or "–")
        return code or None

    def _satisfied(self, row: Row, role: Role | None, kind: str, scale: Scale | None) -> tuple[str, ...]:
        values = row.get("satisfied").split()
        if role != "satisfaction":
            if values and row.get("role") in ("", *ROLES):
                self._fault("XLS_SATISFIED_ROLE", row, "satisfied")
            return ()
        if kind != "select_one":
            self._fault("XLS_ITEM_KIND", row, "type", got=row.get("type"))
        elif not values:
            self._fault("XLS_SATISFIED_MISSING", row, "satisfied")
        if scale is None:
            return tuple(values)
        options = [option.value for option in scale.options]
        for value in values:
            if value not in options and self.options_known:
                self._fault(
                    "XLS_SATISFIED_UNKNOWN", row, "satisfied", got=value, list=scale.name, allowed=" ".join(options)
                )
        return tuple(option for option in options if option in values)

    def _expression(self, row: Row, base: str, current: Question | None) -> Expression | None:
        """The condition in a cell; `current` is the question whose answer `.` stands for, None where it may not."""
        source = row.get(base)
        if not source:
            return None
        try:
            expression = parse(source)
        except ExpressionError as error:
            self.faults.append(replace(self.table.fault(error.code, row, base), values=error.values))
            return None
        for name in sorted(expression.names - self._asked.keys()):
            if name in self._groups or not any(other.get("name") == name for other in self.table.rows):
                self._fault("XLS_REFERENCE_UNKNOWN", row, base, got=name)
            elif name not in self._names or name == row.get("name"):  # else it stands above, with a fault of its own
                self._fault("XLS_REFERENCE_LATER", row, base, got=name)
        for part in expression.parts():
            if isinstance(part, Current) and current is None:
                self._fault("XLS_RELEVANT_DOT", row, base)
            if isinstance(part, Name) and part.name in self._asked and self._asked[part.name].kind == "note":
                self._fault("XLS_REFERENCE_NOTE", row, base, got=part.name)
            if isinstance(part, Name) and part.name in self._repeated:
                self._fault("XLS_REPEAT_REFERENCE", row, base, got=part.name)
        self._check_options(row, base, _chosen(expression, self._asked, current))
        return expression

    def _check_options(self, row: Row, base: str, chosen: Iterable[tuple[Question, str]]) -> None:
        """The options that a condition names must exist; a unit is none, for a round has units of its own."""
        for question, value in chosen if self.options_known else ():
            if question.scale and value and LISTS.fullmatch(question.scale.name):
                self._fault("XLS_UNITS_CONDITION", row, base, got=value, question=question.name)
            elif question.scale and value and value not in {option.value for option in question.scale.options}:
                allowed = " ".join(option.value for option in question.scale.options)
                self._fault("XLS_REFERENCE_OPTION", row, base, got=value, question=question.name, allowed=allowed)


def _lists_units(question: Question) -> bool:
    return (
        question.kind == "select_multiple"
        and question.scale is not None
        and LISTS.fullmatch(question.scale.name) is not None
    )


def _chosen(
    expression: Expression, asked: Mapping[str, Question], current: Question | None
) -> Iterator[tuple[Question, str]]:
    """The places where an expression compares a question that is already asked with the text of an option."""
    for part in expression.parts():
        match part:
            case Selected(where, Constant(str(value))) | Compare(where, "=" | "!=", Constant(str(value))):
                pass
            case Compare(Constant(str(value)), "=" | "!=", where):
                pass
            case _:
                continue
        question = current if isinstance(where, Current) else asked.get(where.name) if isinstance(where, Name) else None
        if question is not None and (question.kind == "select_one" or isinstance(part, Selected)):
            yield question, value
