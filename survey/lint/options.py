"""Are the options of one question its own, each once, in one order, with a way out?"""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from survey.lint.finding import OPINIONS, Finding, bare, is_exit, scales
from survey.lint.numbers import is_ranges
from survey.questionnaire import Option, Question, Questionnaire, Scale
from survey.rating import LISTS

_ALIKE = 0.9
_WORDS = 3  # two scales may well share «Có» or «Bình thường»
_MANY = 3
_AFTER_ALL = 2


def options(questionnaire: Questionnaire) -> Iterator[Finding]:
    """Doubles, options copied from another list, order within a factor, required questions without a way out."""
    yield from _doubles(questionnaire)
    yield from _copies(questionnaire)
    yield from _order(questionnaire)
    yield from _no_way_out(questionnaire)
    yield from _unevenly_required(questionnaire)


def _doubles(questionnaire: Questionnaire) -> Iterator[Finding]:
    for scale, question in scales(questionnaire):
        values: set[str] = set()
        labels: set[tuple[str, str]] = set()
        for option in scale.options:
            if option.value in values:
                told = {"list": scale.name, "got": option.value}
                yield Finding(
                    code="LNT_VALUE_TWICE", level="error", question=question.name, option=option.value, values=told
                )
            values.add(option.value)
            worded = {(language, bare(text)) for language, text in option.label.items()}
            for language, _ in sorted(worded & labels):
                told = {"list": scale.name, "got": option.label[language]}
                yield Finding(
                    code="LNT_LABEL_TWICE",
                    level="error",
                    question=question.name,
                    option=option.value,
                    language=language,
                    values=told,
                )
            labels |= worded


def _copies(questionnaire: Questionnaire) -> Iterator[Finding]:
    """An option that also stands in another list, while nothing else of the two lists is alike."""
    lists = [
        (scale, question)
        for scale, question in scales(questionnaire)
        if len(scale.options) >= _MANY and not LISTS.fullmatch(scale.name)
    ]
    for place, (scale, question) in enumerate(lists):
        for other, asked in lists[:place]:
            shared = [(o, p) for o in scale.options for p in other.options if _alike(o, p)]
            if len(shared) != 1:
                continue
            (option, copied), *_ = shared
            if is_exit(option.label) or len(bare(option.label.get("vi", "")).split()) < _WORDS:
                continue
            told = {"got": option.label.get("vi", ""), "other": asked.name}
            first = option is scale.options[0] and copied is other.options[0]
            yield Finding(
                code="LNT_OPTION_COPIED",
                level="error" if first else "advice",
                question=question.name,
                option=option.value,
                values=told,
            )


def _alike(one: Option, other: Option) -> bool:
    a, b = bare(one.label.get("vi", "")), bare(other.label.get("vi", ""))
    return bool(a and b) and (a == b or SequenceMatcher(None, a, b).ratio() >= _ALIKE)


def _order(questionnaire: Questionnaire) -> Iterator[Finding]:
    """Satisfied above in one item and below in the next of the same factor: people tick the wrong end."""
    first: dict[str | None, tuple[Question, bool]] = {}
    for item in questionnaire.items():
        rising = _rising(item)
        if rising is None:
            continue
        before, direction = first.setdefault(item.factor, (item, rising))
        if direction != rising:
            yield Finding(code="LNT_ORDER", level="advice", question=item.name, values={"other": before.name})
    seen: dict[tuple[str, ...], tuple[Scale, Question]] = {}
    for scale, question in scales(questionnaire):
        labels = tuple(bare(option.label.get("vi", "")) for option in scale.options)
        turned = seen.get(labels[::-1])
        if len(labels) >= _MANY and turned is not None and labels != labels[::-1]:
            yield Finding(code="LNT_ORDER", level="advice", question=question.name, values={"other": turned[1].name})
        seen.setdefault(labels, (scale, question))


def _rising(item: Question) -> bool | None:
    """Whether the satisfied options stand last; None where they stand neither first nor last."""
    values = [option.value for option in item.scale.options if not is_exit(option.label)] if item.scale else []
    count = len([value for value in values if value in item.satisfied])
    if not 0 < count < len(values):
        return None
    if set(values[-count:]) <= set(item.satisfied):
        return True
    return False if set(values[:count]) <= set(item.satisfied) else None


def _no_way_out(questionnaire: Questionnaire) -> Iterator[Finding]:
    """Told once a list, at the first of its required questions."""
    told: Mapping[str, list[str]] = {scale.name: [] for scale, _ in scales(questionnaire)}
    for question in questionnaire.questions():
        scale = question.scale
        if question.required and scale is not None and not LISTS.fullmatch(scale.name) and _closed(question, scale):
            told[scale.name].append(question.name)
    for names in told.values():
        if names:
            yield Finding(code="LNT_NO_WAY_OUT", level="advice", question=names[0], values={"count": len(names)})


def _closed(question: Question, scale: Scale) -> bool:
    """Whether somebody may find no answer of theirs. Two options about oneself, and ranges, leave nobody out."""
    if any(is_exit(option.label) for option in scale.options):
        return False
    return question.role in OPINIONS or (len(scale.options) > _AFTER_ALL and not is_ranges(scale))


def _unevenly_required(questionnaire: Questionnaire) -> Iterator[Finding]:
    asked = [question for question in questionnaire.questions() if question.role in OPINIONS]
    required = [question for question in asked if question.required]
    if min(len(required), len(asked) - len(required)) >= _MANY:
        told = {"required": len(required), "optional": len(asked) - len(required)}
        yield Finding(code="LNT_REQUIRED_UNEVEN", level="advice", question=required[0].name, values=told)
