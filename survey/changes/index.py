"""What changed in the index tree? Whether each index is still made of the same items in the same way."""

from collections.abc import Collection, Iterator

from survey.changes.change import Change
from survey.questionnaire import IndexNode, Questionnaire, Words, say


def index_changes(before: Questionnaire, now: Questionnaire, not_alike: Collection[str]) -> Iterator[Change]:
    """Branches that came, went, were reworded or moved, and every index whose content is not the same.

    `not_alike`: the items that both have and that do not measure the same.
    """
    then = {node.code: node for node in before.index}
    today = {node.code: node for node in now.index}
    for code, node in today.items():
        if code not in then:
            yield Change(code="NODE_ADDED", grade="break", values=_of(node))
    for code, node in then.items():
        if code not in today:
            yield Change(code="NODE_REMOVED", grade="break", values=_of(node))
    for code, node in today.items():
        was = then.get(code)
        if was is None:
            continue
        if say(was.label, "vi") != say(node.label, "vi"):
            words = {"name": code, "before": say(was.label, "vi"), "now": say(node.label, "vi")}
            yield Change(code="NODE_WORDS", grade="care", values=words)
        if was.parent != node.parent:
            values = {**_of(node), "before": was.parent or "–", "now": node.parent or "–"}
            yield Change(code="NODE_PARENT", grade="break", values=values)
        if was.weight != node.weight:
            values = {**_of(node), "before": _weight(was), "now": _weight(node)}
            yield Change(code="NODE_WEIGHT", grade="care", values=values)
        items = _items(before, code), _items(now, code)
        if items[0] != items[1] or items[1] & {*not_alike}:
            yield Change(
                code="NODE_ITEMS", grade="break", values={**_of(node), **_counts(items[0], items[1], not_alike)}
            )
    whole = {item.name for item in before.items()}, {item.name for item in now.items()}
    if whole[0] and whole[1] and (whole[0] != whole[1] or whole[1] & {*not_alike}):
        yield Change(code="WHOLE_ITEMS", grade="break", values=_counts(whole[0], whole[1], not_alike))


def _items(questionnaire: Questionnaire, code: str) -> set[str]:
    """The items under a factor or an aspect."""
    factors = {code, *(node.code for node in questionnaire.index if node.parent == code)}
    return {item.name for item in questionnaire.items() if item.factor in factors}


def _counts(then: set[str], today: set[str], not_alike: Collection[str]) -> dict[str, object]:
    return {"before": len(then), "now": len(today), "both": len((then & today) - {*not_alike})}


def _weight(node: IndexNode) -> Words:
    text = f"{node.weight:.9g}"
    return {"vi": text.replace(".", ","), "en": text}


def _of(node: IndexNode) -> dict[str, object]:
    return {"name": node.code, "title": dict(node.label)}
