"""What would come of it? Every row of a file tried as a slip of the round, with all faults; nothing is stored."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from survey.clock import VIETNAM
from survey.collation import spelling
from survey.errors import Problem, Refused
from survey.expression import Answer
from survey.forms.accept import Ready, Submission, prepare
from survey.incoming.files import Source
from survey.incoming.keys import Keys, withdrawn
from survey.incoming.matching import Matching
from survey.incoming.meaning import Given, Strange, column_of, reader
from survey.incoming.moments import day_comes_first, read_day
from survey.incoming.shapes import plainly
from survey.intake import together
from survey.keys import key_hash
from survey.ledger import commitment
from survey.questionnaire import Questionnaire
from survey.round import Round
from survey.sheet import Line
from survey.store import Store

SHOWN = 5
"""So many rows are shown as they were understood."""

MOST_STRANGE = 60
"""So many different cells that mean nothing are asked back."""


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
    strange: Mapping[Strange, int]
    places: Mapping[str, int]
    shown: tuple[Shown, ...] = ()


def trial(
    store: Store,
    round_: Round,
    asked: Questionnaire,
    source: Source,
    matching: Matching,
    *,
    today: date,
    random: Callable[[int], bytes],
    secret: bytes,
) -> Trial:
    """Try every row. `asked` is the questionnaire as the round asks it (survey.rating).

    A row becomes a slip of channel «import» by the one door (survey.forms.accept), except that its day is the day on
    which it was answered, which must be one of the round's. Never raises for what stands in the file.
    """
    work = _Work(store, round_, asked, source, matching, today, random, secret)
    for line in source.table.lines:
        work.take(line)
    return work.result()


class _Work:
    """The rows so far."""

    def __init__(
        self,
        store: Store,
        round_: Round,
        asked: Questionnaire,
        source: Source,
        matching: Matching,
        today: date,
        random: Callable[[int], bytes],
        secret: bytes,
    ) -> None:
        self._store, self._round, self._asked, self._random = store, round_, asked, random
        self._source, self._matching = source, matching
        self._today = today.isoformat()
        closed = store.checkpoints(round_.id)
        self._closed = closed[-1].through if closed else ""
        self._stored = store.key_hashes(round_.id)
        self._read = reader(source, matching, asked)
        self._places = _places(round_, matching)
        days = [str(line.cells[matching.day]) for line in source.table.lines if line.cells.get(matching.day)]
        self._day_first = matching.day_first if matching.day_first is not None else day_comes_first(days)
        self._seen: set[str] = set()
        self._keys = Keys(source, matching, round_.id, secret, withdrawn(store, round_.id)[0])
        self._found: set[str] = set()
        self._counts: Counter[str] = Counter()
        self._strange: Counter[Strange] = Counter()
        self._lost: Counter[str] = Counter()
        self._problems: list[Problem] = list(self._missing())
        self._ready: list[Ready] = []
        self._shown: list[Shown] = []

    def result(self) -> Trial:
        counts = {name: self._counts[name] for name in ("known", "twice", "opened", "half", "rejected", "late")}
        return Trial(
            rows=len(self._source.table.lines),
            ready=tuple(self._ready),
            problems=tuple(together(self._problems)),
            strange=dict(self._strange.most_common(MOST_STRANGE)),
            places=dict(self._lost.most_common(MOST_STRANGE)),
            shown=tuple(self._shown),
            stored=frozenset(self._found),
            **counts,
        )

    def take(self, line: Line) -> None:
        """One row: left out and counted, or ready, or with its faults."""
        given = self._read(line)
        reason = self._left_out(line, given)
        if reason:
            self._counts[reason] += 1
            return
        problems: list[Problem] = []
        key = self._key(line, problems)
        if key is not None and key in self._seen:
            self._counts["twice"] += 1
            return
        if key is not None:
            self._seen.add(key)
            if key_hash(key) in self._stored:
                self._counts["known"] += 1
                self._found.add(key_hash(key))
                return
        self._strange.update(given.strange)
        day = self._day(line, problems)
        place = self._place(line, problems)
        problems += self._neither(line, given)
        ready = self._prepared(line, given, key or "", day, place, problems)
        self._problems += problems
        if ready is not None and not problems:
            self._keep(line, ready)

    def _left_out(self, line: Line, given: Given) -> str:
        shape, cells = self._source.shape, line.cells
        if not self._matching.rejected and plainly(cells.get(shape.state) or "") in shape.refused:
            return "rejected"
        if self._matching.submitted and cells.get(self._matching.submitted) is None:
            return "opened" if not given.answers else "" if self._matching.half else "half"
        return ""

    def _missing(self) -> Iterator[Problem]:
        """What is wrong with the matching itself."""
        sheet = self._source.table.sheet
        matched = self._matching.questions.keys() | self._matching.parts.keys()
        if not matched:
            yield Problem(code="INT_NOTHING", sheet=sheet)
        elif lacking := [item.name for item in self._asked.items() if item.name not in matched]:
            yield Problem(code="INT_ITEMS", sheet=sheet, values={"items": ", ".join(lacking), "count": len(lacking)})
        if self._day_first is None and self._matching.day:
            yield Problem(code="INT_DAY_ORDER", sheet=sheet, column=self._matching.day)

    def _key(self, line: Line, problems: list[Problem]) -> str | None:
        first = self._matching.identity[0] if self._matching.identity else None
        try:
            key = self._keys.of(line)
        except Refused as refused:
            problems += (self._at(line, first, problem) for problem in refused.problems)
            return None
        if key is None and first is not None:
            problems.append(self._source.table.problem(line, first, "TAB_BLANK"))
        return key

    def _day(self, line: Line, problems: list[Problem]) -> date | None:
        text = str(line.cells.get(self._matching.day) or "")
        utc = self._source.shape.utc and self._matching.day == self._source.shape.day
        day = read_day(text, utc=utc, day_first=self._day_first is not False) if text else None
        if day is None and self._matching.one_day:
            return date.fromisoformat(self._matching.one_day)
        if day is None and text and not text.startswith("1980-01-01"):
            problems.append(self._source.table.problem(line, self._matching.day, "INT_NOT_DAY", got=text[:40]))
        elif day is None:
            problems.append(self._source.table.problem(line, self._matching.day or "–", "INT_NO_DAY"))
        return day

    def _place(self, line: Line, problems: list[Problem]) -> str | None:
        places = self._round.places
        if not places:
            return None
        if len(places) == 1:
            return places[0].code
        text = str(line.cells.get(self._matching.place) or "")
        if not text:
            if not self._matching.one_place:
                problems.append(self._source.table.problem(line, self._matching.place or "–", "INT_NO_PLACE"))
            return self._matching.one_place or None
        found = self._places.get(plainly(text)) or self._places.get(spelling(text))
        if not found:
            self._lost[text] += 1
            problems.append(self._source.table.problem(line, self._matching.place, "INT_PLACE", got=text[:60]))
        return found or None

    def _neither(self, line: Line, given: Given) -> Iterator[Problem]:
        """A cell of a column of yes and no that says neither; other strange cells are told by `prepare`."""
        for name, said in given.strange:
            column, colon, cell = said.rpartition(": ")
            if colon and column in self._matching.parts.get(name, {}).values():
                yield self._source.table.problem(line, column, "INT_YES_NO", got=cell[:40])

    def _prepared(
        self,
        line: Line,
        given: Given,
        key: str,
        day: date | None,
        place: str | None,
        problems: list[Problem],
    ) -> Ready | None:
        """The slip, or None with what is wrong. Without a day or a place the answers are looked at all the same."""
        told = {problem.code for problem in problems}
        locked = line.cells.get(self._source.shape.locked)
        if locked is not None:
            problems.append(self._source.table.problem(line, self._source.shape.locked, "INT_LOCKED", got=locked))
            return None
        submission = Submission(
            key=key or "x" * 64,
            answers=given.answers,
            language=str(line.cells.get(self._source.shape.language) or "vi"),
            channel="import",
            place=place,
            interviewer=str(line.cells.get(self._matching.interviewer) or "") or None,
        )
        noon = datetime.combine(day or self._round.opens, time(12), VIETNAM)
        try:
            return prepare(self._store, self._round, self._asked, submission, now=noon, random=self._random)
        except Refused as refused:
            for problem in refused.problems:
                if problem.code == "FRM_PLACE_MISSING" and told & {"INT_PLACE", "INT_NO_PLACE"}:
                    continue
                column = column_of(self._matching, problem.question) if problem.question else None
                column = self._matching.day if problem.code in ("FRM_CLOSED", "FRM_NOT_OPEN_YET") else column
                problems.append(self._at(line, column or None, problem))
        return None

    def _at(self, line: Line, column: str | None, problem: Problem) -> Problem:
        return replace(problem, sheet=self._source.table.sheet, row=line.number, column=column, question=None)

    def _keep(self, line: Line, ready: Ready) -> None:
        slip = ready.response
        if len(self._shown) < SHOWN:
            self._shown.append(Shown(row=line.number, day=slip.day, place=slip.place, answers=slip.answers))
        if slip.day <= self._closed:
            self._counts["late"] += 1
            moved = replace(slip, day=self._today)
            ready = replace(ready, response=replace(moved, commitment=commitment(moved)))
        self._ready.append(ready)


def _places(round_: Round, matching: Matching) -> Mapping[str, str]:
    """Code of a place by code and name, by name and stratum, and by what a person has said. A name of two: of none."""
    found: dict[str, str] = {}
    for place in round_.places:
        for name in (place.name, f"{place.name}, {place.stratum}", f"{place.name} ({place.stratum})"):
            for key in {plainly(name), spelling(name)}:
                found[key] = place.code if found.setdefault(key, place.code) == place.code else ""
    found |= {plainly(place.code): place.code for place in round_.places}
    return found | {plainly(text): code for text, code in matching.places.items()}
