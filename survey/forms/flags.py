"""What is remarkable about how a slip came? Marks kept beside it for who analyses; no slip is dropped for one.

They are computed when the slip is accepted, because only then are times known; of the times nothing is kept.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from threading import Lock

from survey.errors import word
from survey.expression import Answer
from survey.questionnaire import Questionnaire

FLAGS = ("fast", "no_clock", "off_hours", "straight_line", "burst", "trap", "masked")
"""fast: under 3 seconds an answer. no_clock: nobody knows how long it took: what the form says about when it was opened
was left out, which can hide haste. off_hours: between 22:00 and 6:00. straight_line: see `straight`. burst: see
`Recent`. trap: a field that no person sees was filled in. masked: a number that leads to a person was hidden."""

_FAST_SECONDS = 3  # per answered question: reading one takes longer
_OFFICE_HOURS = range(6, 22)
_LINE_ITEMS, _LINE_FACTORS = 8, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a slip came: the seconds it took (below 0: unknown), the hour of the day in Vietnam (None: unknown).

    `alone`: the person answered without help, on a form that says when it was opened.
    """

    seconds: float
    hour: int | None
    crowded: bool
    trap: bool
    masked: bool
    alone: bool


def flags(answers: Mapping[str, Answer], questionnaire: Questionnaire, manner: Manner) -> tuple[str, ...]:
    """The marks of a slip with these answers, in the order of FLAGS."""
    found = {
        "fast": 0 <= manner.seconds < _FAST_SECONDS * len(answers),
        "no_clock": manner.alone and manner.seconds < 0,
        "off_hours": manner.hour is not None and manner.hour not in _OFFICE_HOURS,
        "straight_line": straight(answers, questionnaire),
        "burst": manner.crowded,
        "trap": manner.trap,
        "masked": manner.masked,
    }
    return tuple(flag for flag in FLAGS if found[flag])


def straight(answers: Mapping[str, Answer], questionnaire: Questionnaire) -> bool:
    """Whether all satisfaction items have one answer: at least 8 of them answered, from at least 2 factors.

    On a short form, or where all items are about one thing, a content person gives one answer throughout; so the
    one-stop slip (4 items) never gets the mark. On a long one it happens too: it is a reason to look, no proof.
    """
    chosen: set[Answer] = set()
    factors: set[str | None] = set()
    answered = 0
    for section in questionnaire.sections:
        for question in section.questions:
            if question.role == "satisfaction" and question.name in answers:
                chosen.add(answers[question.name])
                if len(chosen) > 1:
                    return False
                factors.add(question.factor)
                answered += 1
    return answered >= _LINE_ITEMS and len(factors) >= _LINE_FACTORS


def flag_words(flag: str, language: str) -> str:
    """What the mark means, for people; a mark that is not ours stands as it is."""
    return word(f"FLAG_{flag.upper()}", language) if flag in FLAGS else flag


class Recent:
    """How many slips each desk and place had in the last minutes: in memory, per process, gone when it ends.

    A burst is more than `desk_limit` slips at one desk, or `place_limit` at one place, within `seconds`. One tablet or
    one poster cannot give 20 slips in 10 minutes to as many people who read the questions; a village meeting can give
    60 at one place. For use by many threads at once.
    """

    def __init__(
        self, seconds: float = 600.0, desk_limit: int = 20, place_limit: int = 60, remembered: int = 5000
    ) -> None:
        self._seconds = seconds
        self._limits = {True: desk_limit, False: place_limit}
        self._remembered = remembered
        self._times: dict[tuple[str, str, str], deque[float]] = {}
        self._lock = Lock()

    def note(self, round_id: str, place: str | None, desk: str | None, now: float) -> None:
        """One slip was stored. `now`: seconds of any clock that goes on."""
        with self._lock:
            for key, limit in self._keys(round_id, place, desk):
                times = self._times.pop(key, None) or deque(maxlen=limit)
                times.append(now)
                self._times[key] = times
            while len(self._times) > self._remembered:
                del self._times[next(iter(self._times))]

    def crowded(self, round_id: str, place: str | None, desk: str | None, now: float) -> bool:
        """Whether one more slip would be beyond the limit."""
        with self._lock:
            for key, limit in self._keys(round_id, place, desk):
                times = self._times.get(key)
                if times is not None and len(times) == limit and now - times[0] < self._seconds:
                    return True
        return False

    def _keys(self, round_id: str, place: str | None, desk: str | None) -> Iterator[tuple[tuple[str, str, str], int]]:
        yield (round_id, place or "", ""), self._limits[False]
        if desk is not None:
            yield (round_id, place or "", desk), self._limits[True]
