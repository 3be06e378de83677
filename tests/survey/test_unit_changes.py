"""Units renamed, merged, divided, ended: what was stays readable, and a change that cannot be is refused whole."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from survey.errors import Refused
from survey.unit_changes import correct, end, found, load, remove, rename
from survey.unit_checks import check
from survey.units import Block, Registry, Unit

DAY, BEFORE = date(2027, 1, 1), date(2026, 12, 31)
OVER = {"since": date(2026, 1, 1), "until": date(2027, 6, 1)}


def unit(code: str, name: str, block: Block = "commune", **more: object) -> Unit:
    return Unit(code=code, name=name, block=block, parent="20" if code != "20" else "", **more)  # type: ignore[arg-type]


A, B, C = unit("1", "Xã A"), unit("2", "Xã B"), unit("3", "Xã C")
REGISTRY = Registry(units=(unit("20", "Tỉnh Lạng Sơn", "province"), A, B, C))


def names(registry: Registry, day: date) -> list[str]:
    return [each.name for each in registry.on(day, block="commune")]


def test_a_rename_keeps_the_old_name_until_the_day_before() -> None:
    made = rename(REGISTRY, "1", "Phường A", DAY, "NQ 1")
    assert (names(made, BEFORE), names(made, DAY)) == (["Xã A", "Xã B", "Xã C"], ["Phường A", "Xã B", "Xã C"])
    assert made.today(["Xã A"], **OVER) == ("Phường A",)
    now = made.unit("1", DAY)
    assert now is not None and (now.type, now.basis, now.parent) == ("Phường", "NQ 1", "20")


@pytest.mark.parametrize("code", ["1", "9"])
def test_a_merger_under_an_old_or_a_new_code_leads_from_every_part_to_the_whole(code: str) -> None:
    made = found(REGISTRY, replace(A, code=code, name="Xã D", valid_from=DAY, predecessors=("1", "2")))
    assert (names(made, BEFORE), names(made, DAY)) == (["Xã A", "Xã B", "Xã C"], ["Xã C", "Xã D"])
    assert [made.today([name], **OVER) for name in ("Xã A", "Xã B", "Xã C")] == [("Xã D",), ("Xã D",), ()]
    assert check(made) == ()


def test_what_lay_under_merged_units_lies_under_the_whole() -> None:
    desk = replace(unit("TT1", "Trung tâm 1", "other"), parent="1")
    both = Registry(units=(*REGISTRY.units, desk))
    made = found(both, replace(A, code="9", name="Xã D", valid_from=DAY, predecessors=("1", "2")))
    assert [each.name for each in made.children("9", DAY)] == ["Trung tâm 1"]
    assert [each.name for each in made.children("1", BEFORE)] == ["Trung tâm 1"]
    assert made.today(["Trung tâm 1"], **OVER) == ()


def test_a_unit_takes_in_one_that_lay_under_it_and_the_others_stay_as_they_were() -> None:
    desks = (
        replace(unit("TT1", "Trung tâm 1", "other"), parent="1"),
        replace(unit("TT2", "Tổ 2", "other"), parent="1"),
    )
    whole = Registry(units=(*REGISTRY.units, *desks))
    made = found(whole, replace(A, valid_from=DAY, predecessors=("1", "TT1")))
    assert len({each.key for each in made.units}) == len(made.units)
    assert made.versions("TT2") == (desks[1],)
    assert made.today(["Trung tâm 1"], **OVER) == ("Xã A",)


def test_a_merger_needs_another_unit() -> None:
    with pytest.raises(Refused) as refused:
        found(REGISTRY, replace(A, valid_from=DAY, predecessors=("1",)))
    assert [problem.code for problem in refused.value.problems] == ["UNI_ALONE"]


@pytest.mark.parametrize("name", ["Xã A", "Xã Khác"])
def test_a_code_that_is_in_use_is_not_given_again(name: str) -> None:
    with pytest.raises(Refused) as refused:
        found(REGISTRY, replace(A, name=name))
    assert "Mã 1 đã có một dòng khác («Xã A»)" in refused.value.problems[0].what("vi")


def test_a_part_needs_a_code_of_its_own() -> None:
    with pytest.raises(Refused) as refused:
        found(REGISTRY, replace(A, name="Xã D", valid_from=DAY, predecessors=("1",)), absorbed=False)
    assert "dùng mã khác" in refused.value.problems[0].what("vi")


def test_a_circle_that_is_over_is_a_circle_still() -> None:
    over = [replace(each, parent=above, valid_to=BEFORE) for each, above in ((A, "2"), (B, "1"), (C, ""))]
    later = [replace(each, valid_from=DAY, predecessors=("3",)) for each in (A, B)]
    codes = [fault.code for fault in check(Registry(units=(REGISTRY.units[0], *over, *later)))]
    assert codes == ["UNI_CIRCLE", "UNI_CIRCLE"]


def test_a_divided_unit_goes_on_and_its_old_answers_belong_to_both_parts() -> None:
    made = found(REGISTRY, replace(A, code="9", name="Xã D", valid_from=DAY, predecessors=("1",)), absorbed=False)
    assert names(made, DAY) == ["Xã A", "Xã B", "Xã C", "Xã D"]
    assert made.today(["Xã A"], **OVER) == ("Xã A", "Xã D")
    assert check(made) == ()


def test_an_ended_unit_is_there_until_the_day_before_and_became_nothing() -> None:
    made = end(REGISTRY, ["1", "2"], DAY, "QĐ 5")
    assert (names(made, BEFORE), names(made, DAY)) == (["Xã A", "Xã B", "Xã C"], ["Xã C"])
    assert made.today(["Xã A"], **OVER) == ()


def test_one_change_after_another_is_followed_to_the_last() -> None:
    made = rename(REGISTRY, "1", "Xã E", DAY)
    made = found(made, replace(B, code="9", name="Xã F", valid_from=date(2027, 3, 1), predecessors=("1", "2")))
    assert made.today(["Xã A"], **OVER) == ("Xã F",)
    assert made.today(["Xã A"], since=date(2026, 1, 1), until=date(2027, 2, 28)) == ("Xã E",)


def test_a_corrected_entry_is_no_renaming() -> None:
    made = correct(REGISTRY, A, replace(A, name="Xã Á"))
    assert len(made.units) == len(REGISTRY.units)
    assert made.today(["Xã Á"], **OVER) == ()


def test_an_entry_made_by_mistake_goes_unless_another_names_it() -> None:
    assert remove(REGISTRY, A) == Registry(units=tuple(each for each in REGISTRY.units if each != A))
    with pytest.raises(Refused, match="Xã A, Xã B, Xã C"):
        remove(REGISTRY, REGISTRY.units[0])
    renamed = rename(REGISTRY, "1", "Phường A", DAY)
    with pytest.raises(Refused, match="Phường A"):
        remove(renamed, renamed.versions("1")[0])


def test_loading_leaves_what_is_there_as_it_is() -> None:
    mine = Registry(units=(replace(A, name="Xã A của tôi"),))
    made = load(mine, REGISTRY.units)
    assert names(made, DAY) == ["Xã A của tôi", "Xã B", "Xã C"]
    assert load(made, REGISTRY.units) == made


def test_a_newer_list_ends_what_it_says_has_ended() -> None:
    newer = rename(REGISTRY, "1", "Phường A", DAY, "NQ 1")
    made = load(
        replace(REGISTRY, units=(replace(A, basis="của tôi"), *REGISTRY.units[2:], REGISTRY.units[0])), newer.units
    )
    assert [(unit.name, unit.basis) for unit in made.versions("1")] == [("Xã A", "của tôi"), ("Phường A", "NQ 1")]
    assert made.today(["Xã A"], **OVER) == ("Phường A",)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda: rename(REGISTRY, "8", "Xã Y", DAY), "No unit with the code 8"),
        (lambda: rename(rename(REGISTRY, "1", "Xã Y", DAY), "1", "Xã Z", DAY), "No unit with the code 1"),
        (lambda: rename(REGISTRY, "1", "", DAY), "no name"),
        (lambda: rename(REGISTRY, "1", "Xã B", DAY), "same name"),
        (lambda: found(REGISTRY, replace(A, name="Xã D", valid_from=DAY)), "Another row with the code 1"),
        (lambda: found(REGISTRY, unit("a b", "Xã D")), "«a b» cannot be used"),
        (lambda: found(REGISTRY, replace(unit("4", "Xã D"), parent="77")), "There is no unit «77»"),
        (lambda: found(REGISTRY, unit("4", "Xã D", predecessors=("1",))), "needs its first day"),
        (lambda: found(REGISTRY, unit("4", "Xã D", valid_from=DAY, valid_to=BEFORE)), "before the first day"),
        (lambda: found(REGISTRY, unit("4", "Xã " + "D" * 300)), "longer than 200"),
        (lambda: correct(REGISTRY, REGISTRY.units[0], replace(REGISTRY.units[0], parent="1")), "under this very unit"),
    ],
)
def test_a_change_that_cannot_be_is_refused(change: Callable[[], Registry], said: str) -> None:
    with pytest.raises(Refused, match=said):
        change()


def test_a_fault_that_was_there_before_does_not_stop_another_change() -> None:
    broken = Registry(units=(*REGISTRY.units, replace(unit("5", "Xã G"), parent="77")))
    assert check(broken)
    assert names(rename(broken, "1", "Phường A", DAY), DAY)[0] == "Phường A"
