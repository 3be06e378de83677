"""A published version never changes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from survey.errors import Refused
from survey.publishing import before, publish, versions
from survey.store import Store
from survey.xlsform import write_workbook
from tests.survey.builders import QUESTIONNAIRE, ROUND

DAY = date(2026, 11, 22)
NEXT = replace(QUESTIONNAIRE, version="2", title={"vi": "Phiếu thử, lần hai"})
WORKBOOK = write_workbook(QUESTIONNAIRE)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "hailong.sqlite3") as opened:
        yield opened


def test_a_version_is_kept_with_who_and_when_and_its_very_workbook(store: Store) -> None:
    assert publish(store, QUESTIONNAIRE, WORKBOOK, actor="Nga", day=DAY)
    assert not publish(store, QUESTIONNAIRE, b"another file", actor="An", day=DAY), "the same content is there already"
    [version] = versions(store)
    assert (version.id, version.version, version.actor, version.day) == ("thu", "1", "Nga", "2026-11-22")
    assert store.workbook(version.hash) == WORKBOOK
    assert store.questionnaire(version.hash) == QUESTIONNAIRE


def test_other_content_under_a_published_version_is_refused_with_the_cell_to_change(store: Store) -> None:
    publish(store, QUESTIONNAIRE, WORKBOOK, actor="Nga", day=DAY)
    other = replace(QUESTIONNAIRE, title={"vi": "Khác"})
    with pytest.raises(Refused) as refused:
        publish(store, other, write_workbook(other), actor="Nga", day=DAY)
    [problem] = refused.value.problems
    assert (problem.code, problem.sheet, problem.column) == ("STU_VERSION_TAKEN", "settings", "version")
    assert [version.hash for version in versions(store)] == [QUESTIONNAIRE.content_hash()]


def test_a_version_that_a_round_brought_along_is_taken_too(store: Store) -> None:
    store.add_questionnaire(QUESTIONNAIRE, WORKBOOK)
    store.save_round(ROUND)
    other = replace(QUESTIONNAIRE, title={"vi": "Khác"})
    with pytest.raises(Refused):
        publish(store, other, write_workbook(other), actor="Nga", day=DAY)
    [version] = versions(store)
    assert (version.day, [round_.id for round_ in version.rounds]) == ("", [ROUND.id])


def test_two_who_publish_at_once_do_not_overwrite_each_other(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(store, QUESTIONNAIRE, WORKBOOK, actor="Nga", day=DAY)
    seen = store.office_paper("questionnaires")
    publish(store, NEXT, write_workbook(NEXT), actor="Nga", day=DAY)
    monkeypatch.setattr(Store, "office_paper", lambda self, kind: seen)
    late = replace(QUESTIONNAIRE, version="3")
    with pytest.raises(Refused) as refused:
        publish(store, late, write_workbook(late), actor="An", day=DAY)
    assert refused.value.problems[0].code == "STO_PAPER_MOVED"


def test_the_last_published_comes_first_and_other_questionnaires_are_not_before_it(store: Store) -> None:
    publish(store, NEXT, write_workbook(NEXT), actor="Nga", day=DAY)
    publish(store, QUESTIONNAIRE, WORKBOOK, actor="Nga", day=DAY)
    stranger = replace(QUESTIONNAIRE, id="khac")
    publish(store, stranger, write_workbook(stranger), actor="Nga", day=DAY)
    assert [(each.id, each.version) for each in versions(store)] == [("khac", "1"), ("thu", "1"), ("thu", "2")]
    assert [each.version for each in before(store, replace(QUESTIONNAIRE, version="4"))] == ["1", "2"]
    assert [each.version for each in before(store, QUESTIONNAIRE)] == ["2"]


def test_a_workbook_that_is_not_kept_is_refused(store: Store) -> None:
    with pytest.raises(Refused):
        store.workbook("0" * 64)
