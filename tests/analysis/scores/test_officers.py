"""Single officials: only with enough slips, without names, never mixed with another unit's."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

from analysis.scores.officers import officer_question, officers_of
from analysis.scores.plan import Plan
from survey.instruments import load
from survey.questionnaire import Questionnaire
from survey.round import NOTICE, Place, Round

FORM = load("one_stop_slip")


def round_() -> Round:
    places = tuple(
        Place(code=code, name=code, stratum="t", unit=unit)
        for code, unit in (("A", "Sở A"), ("A2", "Sở A"), ("B", "Sở B"))
    )
    return Round(
        id="r", name="R", questionnaire="q", study="user", opens=date(2026, 1, 1), closes=None, languages=("vi",),
        consent=NOTICE, contact={"vi": "x"}, places=places,
    )  # fmt: skip


def slips(*groups: tuple[str, str | None, int, int]) -> list[SimpleNamespace]:
    """`groups`: place, the code that was written, how many slips, how many of them satisfied with everything."""
    made = []
    for place, code, count, good in groups:
        for k in range(count):
            answers = {item.name: item.satisfied[-1] if k < good else _worst(item) for item in FORM.items()}
            answers |= {"officer": code} if code else {}
            made.append(
                SimpleNamespace(
                    id=f"s{len(made)}", place=place, day="2026-01-01", channel="link", language="vi", answers=answers,
                    commitment=f"{len(made):064x}",
                )
            )  # fmt: skip
    return made


def _worst(item) -> str:
    return next(option.value for option in item.scale.options if option.value not in item.satisfied)


def found(*groups: tuple[str, str | None, int, int], asked: Questionnaire = FORM, unit: str = "Sở A"):
    return officers_of(round_(), asked, slips(*groups), unit, Plan())


def test_officials_below_the_least_number_are_counted_not_named() -> None:
    made = found(("A", "C1", 20, 18), ("A2", "C2", 10, 4), ("A", "C3", 9, 9), ("A", None, 5, 5), ("B", "C9", 40, 40))
    assert [officer.unit for officer in made.shown] == ["C1", "C2"]
    assert (made.few, made.unnamed) == (1, 5)
    assert all(officer.n >= 10 and 0 <= officer.low < officer.value < officer.high <= 1 for officer in made.shown)
    assert (made.shown[0].rank, made.shown[0].of) == (1, 2)


def test_codes_are_matched_without_case_and_spaces() -> None:
    made = found(("A", "c 12", 6, 3), ("A", "C12 ", 6, 3))
    assert [(officer.unit, officer.n) for officer in made.shown] == [("C12", 12)]


def test_where_nobody_is_named_there_is_nothing() -> None:
    assert found(("A", None, 30, 20)) is None
    assert found(("A", "C1", 30, 20), unit="Sở khác") is None
    sections = tuple(
        replace(section, questions=tuple(q for q in section.questions if q.role != "officer"))
        for section in FORM.sections
    )
    assert officer_question(replace(FORM, sections=sections)) is None
    assert found(("A", None, 30, 20), asked=replace(FORM, sections=sections)) is None
