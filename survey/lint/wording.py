"""Will a person without office words understand it, in every language, within the promised time?"""

import re
from collections.abc import Iterable, Iterator, Sequence

from survey.lint.finding import OPINIONS, Finding, bare, known_words
from survey.questionnaire import Question, Questionnaire, Words
from survey.rating import LISTS

_SENTENCE_ENDS = re.compile(r"[.?!;:…\n]+(?:\s|$)")
_PROMISE = re.compile(r"([0-9]{1,3})\s*phút")
_NAMED = 3


def wording(questionnaire: Questionnaire) -> Iterator[Finding]:
    """Two questions in one, officialese, long sentences, missing translations, a broken promise of time."""
    for question in questionnaire.questions():
        yield from _two_in_one(question)
        yield from _officialese(question)
        yield from _long_sentences(question)
    yield from _untranslated(questionnaire)
    yield from _too_long(questionnaire)


def _two_in_one(question: Question) -> Iterator[Finding]:
    """Told once a question, in the first language that shows it."""
    if question.role not in OPINIONS or question.kind == "note":
        return
    for language, joins in known_words()["joined"].items():
        text = bare(question.label.get(language, ""))
        for phrase in known_words()["fixed"][language]:
            text = text.replace(bare(phrase), "")
        joined = [join for join in joins if f" {bare(join)} " in f" {text} "]
        if joined:
            yield Finding(
                code="LNT_TWO_IN_ONE",
                level="advice",
                question=question.name,
                language=language,
                values={"got": joined[0]},
            )
            return


def _officialese(question: Question) -> Iterator[Finding]:
    for language, terms in known_words()["jargon"].items():
        label, hint = bare(question.label.get(language, "")), bare(question.hint.get(language, ""))
        for term, plain in terms.items():
            told = {"got": term, "plain": plain}
            if f" {bare(term)} " in f" {hint} ":
                yield Finding(
                    code="LNT_JARGON_HINT", level="advice", question=question.name, language=language, values=told
                )
            elif f" {bare(term)} " in f" {label} " and not hint:
                yield Finding(code="LNT_JARGON", level="advice", question=question.name, language=language, values=told)


def _long_sentences(question: Question) -> Iterator[Finding]:
    for language, limit in known_words()["limits"]["sentence"].items():
        for text in (question.label.get(language, ""), question.hint.get(language, "")):
            longest = max(_words_of_sentences(text), default=0)
            if longest > limit:
                told = {"count": longest, "limit": limit}
                yield Finding(
                    code="LNT_LONG_SENTENCE", level="advice", question=question.name, language=language, values=told
                )


def _words_of_sentences(text: str) -> Iterator[int]:
    return (len(bare(sentence).split()) for sentence in _SENTENCE_ENDS.split(text))


def _untranslated(questionnaire: Questionnaire) -> Iterator[Finding]:
    worded = list(_wordings(questionnaire))
    for language in questionnaire.languages:
        missing = [where for where, words in worded if not words.get(language, "").strip()]
        if missing:
            some = ", ".join(missing[:_NAMED]) + (", …" if len(missing) > _NAMED else "")
            told = {"of": language, "count": len(missing), "total": len(worded), "some": some}
            yield Finding(code="LNT_UNTRANSLATED", level="advice", language=language, values=told)


def _wordings(questionnaire: Questionnaire) -> Iterator[tuple[str, Words]]:
    """Everything a respondent or a reader is told, where it stands first; what is said in no language is no gap."""
    yield "form_title", questionnaire.title
    for where, words in (
        ("source", questionnaire.source),
        ("status", questionnaire.status),
        ("purpose", questionnaire.purpose),
    ):
        yield from [(where, words)] if words else []
    for node in questionnaire.index:
        yield node.code, node.label
    seen: set[str] = set()
    for section in questionnaire.sections:
        yield from [(section.name, section.label)] if section.label else []
        for question in section.questions:
            yield question.name, question.label
            yield from [(question.name, question.hint)] if question.hint else []
            yield from [(question.name, question.constraint_message)] if question.constraint_message else []
            scale = question.scale
            if scale is not None and scale.name not in seen and not LISTS.fullmatch(scale.name):
                seen.add(scale.name)
                yield from ((f"{scale.name} {option.value}", option.label) for option in scale.options)


def _too_long(questionnaire: Questionnaire) -> Iterator[Finding]:
    found = _PROMISE.search(questionnaire.purpose.get("vi", ""))
    if found is not None and (needed := minutes(questionnaire)) > int(found[1]):
        told = {"promised": found[1], "minutes": f"{needed:.1f}"}
        yield Finding(code="LNT_TOO_LONG", level="advice", values=told)


def minutes(questionnaire: Questionnaire) -> float:
    """The minutes that reading and answering takes at least: what everybody is asked, and the longest one branch."""
    branches: dict[str, float] = {}
    everybody = 0.0
    for section in questionnaire.sections:
        for seconds, question in zip(_seconds(section.questions), section.questions, strict=True):
            sources = [each.source for each in (section.relevant, question.relevant) if each is not None]
            condition = " & ".join([*sources, *([section.repeat_over] if section.repeat_over else [])])
            if condition:
                branches[condition] = branches.get(condition, 0.0) + seconds
            else:
                everybody += seconds
    return (everybody + max(branches.values(), default=0.0)) / 60


def _seconds(questions: Sequence[Question]) -> Iterable[float]:
    """What each takes at least; a list is read once, an answer in words only where it must be given."""
    limits = known_words()["limits"]
    read: set[str] = set()
    for question in questions:
        if question.kind == "text" and not question.required:
            yield 0.0
            continue
        words = len(bare(question.label.get("vi", "")).split())
        if question.scale is not None and question.scale.name not in read:
            read.add(question.scale.name)
            words += sum(len(bare(option.label.get("vi", "")).split()) for option in question.scale.options)
        answer = {"text": "seconds_per_text", "note": None}.get(
            question.kind, "seconds_per_choice" if question.scale else "seconds_per_number"
        )
        yield words / limits["words_per_second"] + (limits[answer] if answer else 0.0)
