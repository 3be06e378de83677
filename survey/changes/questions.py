"""What changed in the questions? Matched by name, as stored answers are."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher

from survey.changes.change import Change, Grade, measured
from survey.expression import Expression
from survey.questionnaire import Question, Questionnaire, Section, Words, say


def question_changes(before: Questionnaire, now: Questionnaire) -> Iterator[Change]:
    """Added, removed and renamed questions, then what changed in those that stayed, then their order."""
    then = {question.name: question for question in before.questions()}
    today = {question.name: question for question in now.questions()}
    renamed = dict(_renamed(then, today))
    for name, question in today.items():
        if name in renamed:
            yield Change(
                code="RENAMED", grade="break", question=name, values={"before": renamed[name], **_of(question)}
            )
        elif name not in then:
            yield _came_or_went("ADDED", question)
    for name, question in then.items():
        if name not in today and name not in renamed.values():
            yield _came_or_went("REMOVED", question)
    for name, question in today.items():
        if name in then:
            yield from _changed(then[name], question)
    yield from _sections(before, now)
    yield from _order(before, now)


def _came_or_went(code: str, question: Question) -> Change:
    if question.kind == "note":
        return Change(code=f"{code}_NOTE", grade="none", question=question.name, values=_of(question))
    if measured(question):
        return Change(code=f"{code}_ITEM", grade="break", question=question.name, values=_of(question))
    return Change(code=code, grade="none", question=question.name, values=_of(question))


def _renamed(then: Mapping[str, Question], today: Mapping[str, Question]) -> Iterator[tuple[str, str]]:
    """New name and old name of what reads the same and is called differently."""
    gone = {_bare(q.label): name for name, q in then.items() if name not in today and q.kind != "note"}
    for name, question in today.items():
        if name not in then and question.kind != "note" and (was := gone.pop(_bare(question.label), None)):
            yield name, was


def _changed(then: Question, now: Question) -> Iterator[Change]:
    def change(code: str, grade: Grade, **values: object) -> Change:
        return Change(code=code, grade=grade, question=now.name, values={**_of(now), **values})

    if then.kind != now.kind:
        yield change("KIND", "break", before=then.kind, now=now.kind)
    if not _same(then.label, now.label):
        yield change(
            "REWORDED", "none" if now.kind == "note" else "care", before=_bare(then.label), now=_bare(now.label)
        )
    if not _same(then.hint, now.hint):
        yield change("HINT", "care", before=_bare(then.hint) or "–", now=_bare(now.hint) or "–")
    yield from _options(then, now)
    if set(then.satisfied) != set(now.satisfied):
        yield change("SATISFIED", "break", before=_listed(then.satisfied), now=_listed(now.satisfied))
    if then.role != now.role:
        role: Grade = "break" if measured(then) or measured(now) else "care"
        yield change("ROLE", role, before=then.role or "–", now=now.role or "–")
    if then.required != now.required:
        yield change("NEEDED" if now.required else "NOT_NEEDED", "care")
    if _source(then.relevant) != _source(now.relevant):
        yield change("RELEVANT", "care", before=_source(then.relevant) or "–", now=_source(now.relevant) or "–")
    if _source(then.constraint) != _source(now.constraint):
        yield change("CONSTRAINT", "care", before=_source(then.constraint) or "–", now=_source(now.constraint) or "–")
    if not _same(then.constraint_message, now.constraint_message):
        yield change("CONSTRAINT_WORDS", "none")


def _options(then: Question, now: Question) -> Iterator[Change]:
    """Values decide: answers are stored by them. Their words and order only matter where the values are the same."""
    was, is_ = (question.scale.options if question.scale else () for question in (then, now))
    values = {**_of(now), "before": _listed(o.value for o in was), "now": _listed(o.value for o in is_)}
    if {option.value for option in was} != {option.value for option in is_}:
        code = "MARGIN" if now.role == "respondent" else "SCALE"
        yield Change(code=code, grade="care" if code == "MARGIN" else "break", question=now.name, values=values)
        return
    if [option.value for option in was] != [option.value for option in is_]:
        yield Change(code="OPTION_ORDER", grade="break", question=now.name, values=values)
    labels = {option.value: option.label for option in was}
    reworded = [option for option in is_ if not _same(labels[option.value], option.label)]
    if reworded:
        shown = {
            "before": _words(labels[option.value] for option in reworded),
            "now": _words(o.label for o in reworded),
        }
        yield Change(code="OPTION_WORDS", grade="care", question=now.name, values={**_of(now), **shown})


def _sections(before: Questionnaire, now: Questionnaire) -> Iterator[Change]:
    """Headings are read with every question below them, and their conditions decide who is asked."""
    then = {section.name: section for section in before.sections if section.label}
    for section in now.sections:
        was = then.get(section.name)
        if was is None:
            continue
        values = {"name": section.name, "title": section.label}
        if not _same(was.label, section.label):
            words = {"name": section.name, "before": _bare(was.label), "now": _bare(section.label)}
            yield Change(code="SECTION_WORDS", grade="care", values=words)
        if _source(was.relevant) != _source(section.relevant):
            yield Change(code="SECTION_RELEVANT", grade="care", values=values)
        if was.repeat_over != section.repeat_over:
            yield Change(code="SECTION_REPEAT", grade="break", values=values)
    homes = [_home(before.sections), _home(now.sections)]
    moved = [name for name, home in homes[1].items() if homes[0].get(name, home) != home]
    if moved:
        yield Change(code="SECTION_MOVED", grade="care", values={"names": ", ".join(moved)})


def _order(before: Questionnaire, now: Questionnaire) -> Iterator[Change]:
    """What both ask, in another order: the fewest questions whose moving explains it."""
    then, today = ([q.name for q in each.questions() if q.kind != "note"] for each in (before, now))
    both = set(then) & set(today)
    one, other = [name for name in then if name in both], [name for name in today if name in both]
    matching = SequenceMatcher(a=one, b=other, autojunk=False).get_matching_blocks()
    stayed = {name for block in matching for name in one[block.a : block.a + block.size]}
    moved = [name for name in other if name not in stayed]
    if moved:
        yield Change(code="ORDER", grade="care", values={"names": ", ".join(moved)})


def _home(sections: tuple[Section, ...]) -> dict[str, str]:
    """The section of each question; questions outside every group share one, however many groups stand before them."""
    return {
        question.name: section.name if section.label else "" for section in sections for question in section.questions
    }


def _of(question: Question) -> dict[str, object]:
    return {"name": question.name, "text": dict(question.label)}


def _same(one: Words, other: Words) -> bool:
    """In Vietnamese, which the wordings before and now are told in; other languages are told as translations."""
    return _bare(one) == _bare(other)


def _bare(words: Words) -> str:
    return " ".join(say(words, "vi").split())


def _listed(values: Iterable[str]) -> str:
    return ", ".join(values) or "–"


def _words(labels: Iterable[Words]) -> str:
    return "; ".join(f"«{say(label, 'vi')}»" for label in labels)


def _source(expression: Expression | None) -> str:
    return expression.source if expression is not None else ""
