"""What can two rounds be compared in? Items that both asked alike, and all that broke between them.

An item is compared where its code, its options and the answers that count as satisfied agree; of two different
instruments its wording must agree as well, for one code may stand for another question there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from analysis.scores.plan import Mode, Plan
from analysis.scores.published import Published
from analysis.scores.satisfaction import Node, index_tree
from survey.collation import spelling
from survey.errors import Problem, catalogue, languages, word
from survey.questionnaire import Question, Questionnaire, Words, say
from survey.round import Round


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A number that one of the rounds has and that is not compared: its id, its unit (empty for everybody), and why."""

    id: str
    unit: str
    why: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What two questionnaires share. `items`: asked alike. `nodes`: every node that both trees have.

    `same`: the nodes made of the same items in the same way. `notes`: what to say beside a number, by its id.
    `labels`: what each id of either tree is called, as the later one has it.
    """

    items: tuple[str, ...]
    nodes: tuple[str, ...]
    same: frozenset[str]
    notes: Mapping[str, tuple[Problem, ...]]
    left_out: tuple[LeftOut, ...]
    labels: Mapping[str, Words]


def common(now: Questionnaire, before: Questionnaire, mode: Mode) -> Common:
    """What two questionnaires share when items are summed up in this mode."""
    asked = [{question.name: question for question in each.items()} for each in (now, before)]
    notes: dict[str, tuple[Problem, ...]] = {}
    left_out: list[LeftOut] = []
    items: list[str] = []
    for name in dict.fromkeys([*asked[0], *asked[1]]):
        one, other = (questions.get(name) for questions in asked)
        why = _not_alike(one, other, same_instrument=now.id == before.id)
        if why is not None or one is None or other is None:
            left_out.append(LeftOut(id=name, unit="", why=why or Problem(code="CMP_ITEM_NEW")))
            continue
        items.append(name)
        if said := tuple(_reworded(one, other)):
            notes[name] = said
    trees = [{node.id: node for node in index_tree(each)} for each in (now, before)]
    nodes = [code for code, node in trees[0].items() if code in (trees[1] if node.level != "item" else items)]
    same = {code for code in nodes if code in items or _alike(trees[0], trees[1], code, items, mode)}
    for code in nodes:
        if code not in same:
            notes[code] = (_other_items(trees[0][code], trees[1][code], items),)
    for place, why_not in ((0, "CMP_NODE_NEW"), (1, "CMP_NODE_GONE")):
        branches = [node.id for node in trees[place].values() if node.level != "item"]
        alone = [code for code in branches if code not in trees[1 - place]]
        left_out += [LeftOut(id=code, unit="", why=Problem(code=why_not)) for code in alone]
    return Common(
        items=tuple(items),
        nodes=tuple(nodes),
        same=frozenset(same),
        notes=notes,
        left_out=tuple(left_out),
        labels=_labels(before) | _labels(now),
    )


def restricted(questionnaire: Questionnaire, items: Sequence[str]) -> Questionnaire:
    """The questionnaire as if it had no other items than these."""
    kept = frozenset(items)
    return replace(
        questionnaire,
        sections=tuple(
            replace(
                section,
                questions=tuple(q for q in section.questions if q.role != "satisfaction" or q.name in kept),
            )
            for section in questionnaire.sections
        ),
    )


def round_breaks(
    now: tuple[Round, Questionnaire, Plan], before: tuple[Round, Questionnaire, Plan], published: Published
) -> tuple[tuple[Problem, ...], bool]:
    """All that broke between two rounds, and whether any of it makes a difference no change."""
    (round_now, asked_now, plan_now), (round_before, asked_before, plan_before) = now, before
    found: list[Problem] = []
    other_people = round_now.study != round_before.study
    if other_people:
        studies = {"before": _study(round_before.study), "now": _study(round_now.study)}
        found.append(Problem(code="CMP_OTHER_PEOPLE", values=studies))
    known = published.breaks_between(
        (round_now.study, round_before.study), round_before.opens.year, round_now.opens.year
    )
    found += [each.problem() for each in known]
    versions = {"before": _version(asked_before), "now": _version(asked_now)}
    if asked_now.id != asked_before.id:
        found.append(Problem(code="CMP_OTHER_INSTRUMENT", values=versions))
    elif round_now.questionnaire != round_before.questionnaire:
        found.append(Problem(code="CMP_OTHER_VERSION", values=versions))
    if plan_now.weighting() != plan_before.weighting():
        found.append(Problem(code="CMP_OTHER_WEIGHTS"))
    if plan_now.chosen_by() != plan_before.chosen_by():
        found.append(Problem(code="CMP_OTHER_CHOICE"))
    return tuple(found), other_people or any(each.serious for each in known)


def _not_alike(one: Question | None, other: Question | None, *, same_instrument: bool) -> Problem | None:
    if one is None:
        return Problem(code="CMP_ITEM_GONE")
    if other is None:
        return Problem(code="CMP_ITEM_NEW")
    if _options(one) != _options(other):
        return Problem(code="CMP_ITEM_SCALE", values={"before": _told(other), "now": _told(one)})
    if set(one.satisfied) != set(other.satisfied):
        counted = {"before": ", ".join(other.satisfied), "now": ", ".join(one.satisfied)}
        return Problem(code="CMP_ITEM_SATISFIED", values=counted)
    if not same_instrument and not _same_words(one.label, other.label):
        return Problem(code="CMP_ITEM_OTHER")
    return None


def _reworded(one: Question, other: Question) -> Iterator[Problem]:
    if not _same_words(one.label, other.label):
        yield Problem(code="CMP_ITEM_WORDING", values={"before": dict(other.label)})
    scales = [question.scale.options if question.scale else () for question in (one, other)]
    if not all(_same_words(a.label, b.label) for a, b in zip(*scales, strict=True)):
        yield Problem(code="CMP_SCALE_WORDING")


def _options(question: Question) -> tuple[str, ...]:
    return tuple(option.value for option in question.scale.options) if question.scale else ()


def _told(question: Question) -> str:
    return ", ".join(_options(question)) or "–"


def _same_words(one: Words, other: Words) -> bool:
    return spelling(say(one, "vi")) == spelling(say(other, "vi"))


def _alike(now: Mapping[str, Node], before: Mapping[str, Node], id: str, items: Sequence[str], mode: Mode) -> bool:
    """Whether a node is made of the same items, all asked alike, in the same way."""
    one, other = now.get(id), before.get(id)
    if one is None or other is None or set(one.items) != set(other.items) or not set(one.items) <= {*items}:
        return False
    if mode != "weights" or one.level == "item":
        return True
    below = [dict(zip(node.children, node.weights, strict=True)) for node in (one, other)]
    return below[0] == below[1] and all(_alike(now, before, child, items, mode) for child in one.children)


def _other_items(now: Node, before: Node, items: Sequence[str]) -> Problem:
    both = len({*now.items} & {*before.items} & {*items})
    if both == len(now.items) == len(before.items):
        return Problem(code="CMP_NODE_WEIGHTS")
    if not both:
        return Problem(code="CMP_NODE_APART", values={"before": len(before.items), "now": len(now.items)})
    counts = {"before": len(before.items), "now": len(now.items), "both": both}
    return Problem(code="CMP_NODE_ITEMS", values=counts)


def _study(study: str) -> Words:
    """Who is asked in such a study, in every language; the kind itself where it has no words."""
    code = f"DESK_STUDY_{study.upper()}"
    return {each: word(code, each) for each in languages()} if code in catalogue() else {"vi": study}


def _labels(questionnaire: Questionnaire) -> dict[str, Words]:
    named = {node.code: node.label for node in questionnaire.index}
    return named | {question.name: question.label for question in questionnaire.items()}


def _version(questionnaire: Questionnaire) -> str:
    return f"{questionnaire.id} {questionnaire.version}"
