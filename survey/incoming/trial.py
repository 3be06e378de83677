"""What would come of it? Every row of a file tried as a slip of the round, with all faults; nothing is stored."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from survey.clock import VIETNAM
from survey.errors import Problem, Refused
from survey.expression import Answer
from survey.forms.accept import Ready, Submission, prepare, untaken
from survey.incoming.files import Source
from survey.incoming.keys import key_reader, withdrawn
from survey.incoming.matching import Matching
from survey.incoming.meaning import Given, Strange, column_of, reader
from survey.incoming.shapes import plainly
from survey.incoming.where import day_first, day_reader, place_reader
from survey.intake import together
from survey.keys import KEY_LETTERS, key_hash
from survey.ledger import commitment
from survey.questionnaire import Questionnaire
from survey.response import Response
from survey.round import Round
from survey.sheet import Line
from survey.store import Store

SHOWN = 5
"""So many rows are shown as they were understood."""

MOST_STRANGE = 60
"""So many different cells that mean nothing are asked back."""

_SHUT = ("FRM_CLOSED", "LIF_DRAFT", "LIF_CLOSED", "LIF_CHANNEL")  # the round takes no file at all: told once


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One row as it was understood: its number in the file, day, place (code) and answers, numbers of people hidden."""

    row: int
    day: str
    place: str | None
    answers: Mapping[str, Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What importing a file would do.

    Of its `rows`: `ready` to be stored; `known`, stored by an earlier import, under the keys `stored` (hashed); `twice`
    in this file; `opened` and never answered; `half` answered and not sent; `rejected` by staff in the tool. `late`: of
    those ready, answered on a day that is closed already, so that the ledger has them under today. `strange`: cells
    that are none of their question's options, and `places` that are none of the round's, with how many rows say so.
    `codes`: of all problems, those too that are told together as one.
    """

    rows: int
    ready: tuple[Ready, ...] = ()
    known: int = 0
    stored: frozenset[str] = frozenset()
    twice: int = 0
    opened: int = 0
    half: int = 0
    rejected: int = 0
    late: int = 0
    problems: tuple[Problem, ...] = ()
    codes: frozenset[str] = frozenset()
    strange: Mapping[Strange, int]
    places: Mapping[str, int]
    shown: tuple[Shown, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Into:
    """Where a file's slips go: the round, what it asks (survey.rating), and what a slip is made with."""

    store: Store
    round: Round
    asked: Questionnaire
    today: date
    random: Callable[[int], bytes]
    secret: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """What came of one row: `what` it is counted as, its key (hashed), and the slip or what is wrong with it."""

    line: Line
    what: str = ""
    key: str = ""
    ready: Ready | None = None
    problems: tuple[Problem, ...] = ()
    strange: tuple[Strange, ...] = ()


def trial(into: Into, source: Source, matching: Matching) -> Trial:
    """Try every row.

    A row becomes a slip of channel «import» by the one door (survey.forms.accept), except that its day is the day on
    which it was answered, which must be one of the round's. Never raises for what stands in the file.
    """
    rows = tuple(_rows(into, source, matching))
    counts = Counter(row.what for row in rows)
    problems = [*_missing(into, source, matching), *(problem for row in rows for problem in row.problems)]
    strange = Counter(each for row in rows for each in set(row.strange))
    lost = Counter(
        str(row.line.cells[matching.place])
        for row in rows
        if any(problem.code == "INT_PLACE" for problem in row.problems)
    )
    slips = [(row.line.number, row.ready) for row in rows if row.ready is not None]
    closed = into.store.checkpoints(into.round.id)
    late = {number for number, ready in slips if closed and ready.response.day <= closed[-1].through}
    return Trial(
        rows=len(rows),
        ready=tuple(_under(into.today, ready) if number in late else ready for number, ready in slips),
        known=counts["known"],
        stored=frozenset(row.key for row in rows if row.what == "known"),
        twice=counts["twice"],
        opened=counts["opened"],
        half=counts["half"],
        rejected=counts["rejected"],
        late=len(late),
        problems=tuple(together(problems)),
        codes=frozenset(problem.code for problem in problems),
        strange=dict(strange.most_common(MOST_STRANGE)),
        places=dict(lost.most_common(MOST_STRANGE)),
        shown=tuple(_shown(number, ready.response) for number, ready in slips[:SHOWN]),
    )


def _rows(into: Into, source: Source, matching: Matching) -> Iterator[_Row]:
    read = reader(source, matching, into.asked)
    key_of = key_reader(source, matching, into.round.id, into.secret, withdrawn(into.store, into.round.id)[0])
    day_of, place_of = day_reader(source, matching, into.round, into.today), place_reader(source, matching, into.round)
    stored = into.store.key_hashes(into.round.id)
    seen: set[str] = set()
    for line in source.table.lines:
        given = read(line)
        if reason := _left_out(source, matching, line, given):
            yield _Row(line=line, what=reason)
            continue
        key = key_of(line)
        hashed = key_hash(key) if isinstance(key, str) else ""
        if hashed in seen or hashed in stored:
            yield _Row(line=line, what="twice" if hashed in seen else "known", key=hashed)
        else:
            yield _tried(into, source, matching, line, given, (key, day_of(line), place_of(line)))
        seen |= {hashed} - {""}


def _left_out(source: Source, matching: Matching, line: Line, given: Given) -> str:
    """Why a row is no slip to be imported; empty if it is one."""
    shape = source.shape
    if not matching.rejected and plainly(line.cells.get(shape.state) or "") in shape.refused:
        return "rejected"
    if matching.submitted and line.cells.get(matching.submitted) is None:
        return "opened" if not given.answers else "" if matching.half else "half"
    return ""


def _tried(
    into: Into,
    source: Source,
    matching: Matching,
    line: Line,
    given: Given,
    origin: tuple[str | Problem, date | Problem, str | Problem | None],
) -> _Row:
    """The row as a slip, or with all its faults. Without a key, a day or a place its answers are looked at too.

    `origin`: its key, day and place, or what is wrong with each.
    """
    key, day, place = origin
    shape, cells = source.shape, line.cells
    problems = [each for each in origin if isinstance(each, Problem)]
    problems += _neither(source, matching, line, given)
    locked = cells.get(shape.locked)
    if locked is not None:
        problems.append(source.table.problem(line, shape.locked, "INT_LOCKED", got=locked))
        return _Row(line=line, problems=tuple(problems), strange=given.strange)
    submission = Submission(
        key=key if isinstance(key, str) else "x" * KEY_LETTERS,
        answers=given.answers,
        language=str(cells.get(shape.language) or "vi"),
        channel="import",
        place=place if isinstance(place, str) else None,
        interviewer=str(cells.get(matching.interviewer) or "") or None,
    )
    noon = datetime.combine(day if isinstance(day, date) else into.round.opens, time(12), VIETNAM)
    ready = None
    try:
        ready = prepare(into.store, into.round, into.asked, submission, now=noon, random=into.random)
    except Refused as refused:
        told = (*_SHUT, "FRM_PLACE_MISSING") if isinstance(place, Problem) else _SHUT
        problems += (_located(source, matching, line, each) for each in refused.problems if each.code not in told)
    return _Row(line=line, ready=None if problems else ready, problems=tuple(problems), strange=given.strange)


def _missing(into: Into, source: Source, matching: Matching) -> Iterator[Problem]:
    """What is wrong with the round, or with the matching itself."""
    if into.round.state != "open":
        yield Problem(code="INT_NOT_OPEN")
    elif untaken(into.round, "import") is not None:
        yield Problem(code="INT_NO_FILES")
    sheet = source.table.sheet
    matched = matching.questions.keys() | matching.parts.keys()
    if not matched:
        yield Problem(code="INT_NOTHING", sheet=sheet)
    elif lacking := [item.name for item in into.asked.items() if item.name not in matched]:
        yield Problem(code="INT_ITEMS", sheet=sheet, values={"items": ", ".join(lacking), "count": len(lacking)})
    if matching.day and matching.day_first is None and day_first(source, matching.day) is None:
        yield Problem(code="INT_DAY_ORDER", sheet=sheet, column=matching.day)


def _neither(source: Source, matching: Matching, line: Line, given: Given) -> Iterator[Problem]:
    """A cell of a column of yes and no that says neither; other strange cells are told by `prepare`."""
    for name, said in given.strange:
        column, colon, cell = said.rpartition(": ")
        if colon and column in matching.parts.get(name, {}).values():
            yield source.table.problem(line, column, "INT_YES_NO", got=cell[:40])


def _located(source: Source, matching: Matching, line: Line, problem: Problem) -> Problem:
    """A fault that the door found, at the row's cell."""
    column = column_of(matching, problem.question) if problem.question else None
    code = "INT_EMPTY" if problem.code == "FRM_EMPTY" else problem.code
    return replace(problem, code=code, sheet=source.table.sheet, row=line.number, column=column, question=None)


def _under(today: date, ready: Ready) -> Ready:
    """The slip under today: the day on which it was answered is closed."""
    moved = replace(ready.response, day=today.isoformat())
    return replace(ready, response=replace(moved, commitment=commitment(moved)))


def _shown(number: int, slip: Response) -> Shown:
    return Shown(row=number, day=slip.day, place=slip.place, answers=slip.answers)
