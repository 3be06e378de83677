"""Is a number missing, or claimed twice? Numbered questions, and options that are ranges of numbers."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from survey.lint.finding import Finding, scales
from survey.questionnaire import Option, Questionnaire, Scale

_ENDS_IN_NUMBER = re.compile(r"(.*?)([0-9]{1,3})")
_BEGINS_WITH_NUMBER = re.compile(r"(?:(?:câu|question|q)\s*)?([A-Z]\.?|)([0-9]{1,3})\s*[.):]\s", re.IGNORECASE)
_MISSING_VALUES = frozenset({7, 8, 9, 77, 88, 97, 98, 99, 777, 888, 999})  # customary for «không biết»
_SERIES = 3  # fewer numbered names may be numbered for another reason

_NUMBER = r"([0-9]{1,3}(?:[.,][0-9]{3})+|[0-9]+)"
_DECIMAL = re.compile(r"[0-9][.,][0-9]{1,2}(?![0-9])")
_BETWEEN = re.compile(rf"{_NUMBER}\s*(?:%|[^\W\d]+)?\s*(?:[-–—]|đến|tới|to)\s*(?:dưới\s+)?{_NUMBER}")
_BELOW = re.compile(rf"(?:dưới|ít hơn|chưa đến|under|below|less than|fewer than|<)\s*{_NUMBER}")
_ABOVE = re.compile(rf"(?:trên|hơn|over|above|more than|>)\s*{_NUMBER}")
_FROM = re.compile(
    rf"{_NUMBER}\s*\S*\s*(?:trở lên|or (?:over|more|older|above))|(?:từ đủ|ít nhất|at least|≥)\s*{_NUMBER}"
)
_ENDLESS = 10**12

Range = tuple[int, int, Option]


def numbers(questionnaire: Questionnaire) -> Iterator[Finding]:
    """Gaps in numbered names and labels; overlaps and gaps of ranges; gaps in option values."""
    yield from _names(questionnaire)
    yield from _labels(questionnaire)
    for scale, question in scales(questionnaire):
        values = [int(option.value) for option in scale.options if re.fullmatch(r"[0-9]{1,3}", option.value)]
        counted = sorted(set(values) - _MISSING_VALUES) if values and max(values) in _MISSING_VALUES else sorted(values)
        if len(values) == len(scale.options) and (missing := _gaps(counted)):
            said = ", ".join(map(str, missing))
            yield Finding(
                code="LNT_VALUE_GAP",
                level="advice",
                question=question.name,
                values={"list": scale.name, "missing": said},
            )
        for language in questionnaire.languages:
            if found := list(_ranges(scale, language)):
                others = [o for o in scale.options if all(o is not option for *_, option in found)]
                whole = not any(re.search("[0-9]", option.label.get(language, "")) for option in others)
                for finding in _between(question.name, language, sorted(found, key=lambda each: each[:2])):
                    if whole or finding.code != "LNT_RANGE_GAP":  # else what seems missing may only be worded otherwise
                        yield finding
                break


def _names(questionnaire: Questionnaire) -> Iterator[Finding]:
    series: dict[str, list[int]] = {}
    last: dict[str, str] = {}
    for question in questionnaire.questions():
        if found := _ENDS_IN_NUMBER.fullmatch(question.name):
            series.setdefault(found[1], []).append(int(found[2]))
            last[found[1]] = question.name
    for stem, found_numbers in series.items():
        if len(found_numbers) >= _SERIES and (missing := _gaps(sorted(found_numbers))):
            said = ", ".join(f"{stem}{number}" for number in missing)
            yield Finding(code="LNT_SERIES_GAP", level="error", question=last[stem], values={"missing": said})


def _labels(questionnaire: Questionnaire) -> Iterator[Finding]:
    for language in questionnaire.languages:
        before: dict[str, int] = {}
        for question in questionnaire.questions():
            found = _BEGINS_WITH_NUMBER.match(question.label.get(language, ""))
            if found is None:
                continue
            number, earlier = int(found[2]), before.get(found[1])
            before[found[1]] = number
            if earlier is not None and number not in (1, earlier + 1):
                code = "LNT_NUMBER_GAP" if number > earlier else "LNT_NUMBER_TWICE"
                values = {"got": number, "before": earlier}
                yield Finding(code=code, level="error", question=question.name, language=language, values=values)


def _gaps(ordered: Sequence[int]) -> list[int]:
    """The numbers missing between the least and the greatest, if they are few enough to be missing."""
    missing = sorted(set(range(ordered[0], ordered[-1])) - set(ordered)) if ordered else []
    return missing if len(missing) < len(ordered) else []


def _ranges(scale: Scale, language: str) -> Iterator[Range]:
    """The options that are ranges of whole numbers, both ends included; none if a decimal stands among them."""
    labels = [(option, option.label.get(language, "").casefold()) for option in scale.options]
    if any(_DECIMAL.search(label) for _, label in labels):
        return
    for option, label in labels:
        if found := _BETWEEN.search(label):
            low, high = _whole(found[1]), _whole(found[2])
            if low >= 1900 and high <= 2100 and high == low + 1:  # a school year, a season
                continue
            yield low, high - ("dưới" in found[0]), option
        elif found := _FROM.search(label):
            yield _whole(found[1] or found[2]), _ENDLESS, option
        elif found := _BELOW.search(label):
            yield -1, _whole(found[1]) - 1, option
        elif found := _ABOVE.search(label):
            yield _whole(found[1]) + 1, _ENDLESS, option


def _between(question: str, language: str, found: Sequence[Range]) -> Iterator[Finding]:
    for (low, high, option), (start, _, following) in pairwise(found):
        values = {"one": option.label[language], "other": following.label[language]}
        if start <= high:
            code = "LNT_RANGE_OVERLAP"
        elif start > high + 1:
            code = "LNT_RANGE_GAP"
        else:
            continue
        if low <= high:
            yield Finding(code=code, level="error", question=question, option=following.value, values=values)


def _whole(text: str) -> int:
    return int(re.sub(r"[.,]", "", text))


def is_ranges(scale: Scale) -> bool:
    """Whether all its options are ranges of numbers, so that everybody finds theirs."""
    return bool(scale.options) and len(list(_ranges(scale, "vi"))) == len(scale.options)
