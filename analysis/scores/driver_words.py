"""In which words are drivers told? One place for screens, workbook and Word annex."""

from collections.abc import Iterator, Sequence

from analysis.scores.drivers import Driver, Importance
from analysis.scores.lost_points import LostPoints
from survey.errors import word
from survey.questionnaire import Questionnaire, say
from survey.words import number, percent


def part_label(questionnaire: Questionnaire, part: str, language: str) -> str:
    """What a factor, or an item that stands for itself, is called."""
    nodes = {node.code: node.label for node in questionnaire.index}
    return " ".join(say(nodes[part] if part in nodes else questionnaire.question(part).label, language).split())


def claim_words(driver: Driver, language: str) -> str:
    """«Cần cải thiện trước», or that the intervals do not allow a conclusion."""
    return word(f"DRV_CLAIM_{(driver.quadrant or 'none').upper()}", language)


def method_lines(found: Importance, language: str) -> Iterator[str]:
    """How importance was found, from how many people, what is claimed when, and what it does not say."""
    level = percent(found.level, 0, language)
    yield word(f"DRV_METHOD_{found.division.upper()}", language, n=number(found.n, 0, language))
    if found.r2 == found.r2:
        low, high = (percent(end, 2, language) for end in (found.r2_low, found.r2_high))
        yield word("DRV_R2", language, r2=percent(found.r2, 2, language), low=low, high=high, level=level)
    average = percent(found.average, 2, language)
    yield word("DRV_WHEN", language, level=level, average=average, count=len(found.drivers))
    yield word("DRV_NOT_A_CAUSE", language)


def left_out_lines(found: Importance, questionnaire: Questionnaire, language: str) -> Iterator[str]:
    """What is not among the factors and why, then what a reader must beware of."""
    for problem in found.left_out:
        name = part_label(questionnaire, problem.question or "", language)
        yield word("DRV_OUT", language, name=name, why=problem.what(language))
    for warning in found.warnings:
        yield warning.what(language)


def headline(found: Importance, questionnaire: Questionnaire, language: str) -> str:
    """What may be said at all: which factors to repair first, or that nothing can be told apart."""
    repair = [part_label(questionnaire, driver.id, language) for driver in found.of("repair")]
    if repair:
        return word("DRV_REPAIR_FIRST", language, factors="; ".join(repair))
    return word("DRV_NOTHING_TO_TELL" if not found.explains else "DRV_NO_REPAIR", language)


def order_words(lost: Sequence[LostPoints], language: str) -> str:
    """That the first area cannot be told from those whose intervals reach its own; empty where it can."""
    areas = [line for line in lost if not line.leaf]
    if not areas:
        return ""
    first = areas[0]
    least = first.lost if first.low is None else first.low
    rivals = [line for line in areas[1:] if (line.lost if line.high is None else line.high) >= least]
    if not rivals:
        return ""
    names = "; ".join(area_words(line, language) for line in rivals)
    return word("DRV_LOST_ORDER", language, first=area_words(first, language), others=names)


def area_words(line: LostPoints, language: str) -> str:
    """What a line is called, with whose it is where there are several cards."""
    return f"{f'{line.subject}: ' if line.subject else ''}{say(line.title, language)}"


def win_words(line: LostPoints, language: str) -> str:
    """What would win the points back."""
    if line.needed is None or line.rate is None:
        return word("DRV_WIN_ENTERED", language, points=number(line.lost, 2, language)) if line.leaf else ""
    gaps = {"rate": percent(line.rate, 2, language), "needed": number(line.needed * 100, 2, language)}
    if line.rule in ("steps", "yes_no"):
        said = [word("DRV_WIN_STEP", language, **gaps)]
    else:
        each = number(line.lost / line.needed / 100, 3, language)
        said = [word("DRV_WIN_RATE", language, each=each, **gaps)]
    found = line.answers
    if found is not None:
        counted = number(found.count, 0, language)
        needed = number(line.needed_answers or 0, 0, language)
        said.append(word("DRV_WIN_ANSWERS", language, answers=needed, count=counted))
        if found.gain > 0:
            gain = number(found.gain, 2, language)
            said.append(word("DRV_WIN_NEAR", language, near=number(found.near, 0, language), gain=gain))
    return " ".join(said)
