"""Working papers, the same on both databases: every revision kept, nobody's work overwritten unseen."""

import json
from pathlib import Path

import pytest

from survey.errors import Refused
from survey.store import OfficePaper, Store, WorkingPaper
from survey.store.papers import LARGEST
from tests.survey.builders import ROUND
from tests.survey.store.test_collection import refused
from tests.survey.store.test_store import in_threads
from tests.survey.store.test_tampering import write

DAY = "2026-11-22"
POINTS = json.dumps({"TC 1.1": 1.5, "ghi chú": "đã thẩm định «=1+1»"}, ensure_ascii=False)


def save(store: Store, content: str, kind: str = "points", **named: int) -> int:
    return store.save_paper(ROUND.id, kind, content, "Mai", DAY, **named)


def test_the_newest_revision_is_read_and_all_are_kept(store: Store) -> None:
    assert store.paper(ROUND.id, "points") is None
    assert store.papers(ROUND.id) == ()
    assert [save(store, "[]"), save(store, POINTS), save(store, "[]"), save(store, "{}", "targets")] == [1, 2, 3, 1]
    revisions = tuple(
        WorkingPaper(round_id=ROUND.id, kind=kind, content=content, actor="Mai", day=DAY, revision=revision)
        for kind, content, revision in (
            ("points", "[]", 1),
            ("points", POINTS, 2),
            ("points", "[]", 3),
            ("targets", "{}", 1),
        )
    )
    assert store.papers(ROUND.id) == revisions
    assert store.paper(ROUND.id, "points") == revisions[2]
    assert store.paper("dot-2", "points") is None


def test_the_same_content_again_is_no_revision(store: Store) -> None:
    assert [save(store, POINTS), save(store, POINTS), save(store, POINTS, after=0)] == [1, 1, 1]
    assert len(store.papers(ROUND.id)) == 1


def test_two_people_do_not_overwrite_each_other_unseen(store: Store) -> None:
    assert save(store, "1", after=0) == 1
    assert save(store, "2", after=1) == 2
    for late in (0, 1, 3):
        assert refused(save, store, "3", after=late) == ["STO_PAPER_MOVED"]
    assert [paper.content for paper in store.papers(ROUND.id)] == ["1", "2"]


def test_of_two_who_save_in_the_same_moment_one_is_told(where: Path | str, store: Store) -> None:
    """Each from a process of its own: one revision has one author."""
    with Store.open(where) as other:
        outcomes = in_threads(2, lambda which: refused(save, (store, other)[which], str(which), after=0))
    assert outcomes in ([[], ["STO_PAPER_MOVED"]], [["STO_PAPER_MOVED"], []])
    assert len(store.papers(ROUND.id)) == 1


def test_what_is_wrong_with_a_paper_is_told_all_at_once(store: Store) -> None:
    with pytest.raises(Refused) as caught:
        store.save_paper(ROUND.id, "Điểm số", "{", " ", "22/11/2026")
    assert [problem.code for problem in caught.value.problems] == [
        *("STO_PAPER_KIND", "STO_PAPER_JSON", "STO_PAPER_ACTOR", "STO_PAPER_DAY")
    ]
    assert refused(store.save_paper, "nowhere", "points", "{}", "Mai", DAY) == ["STO_UNKNOWN_PARENT"]
    assert store.papers(ROUND.id) == ()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        *((bad, "STO_PAPER_JSON") for bad in ("", "NaN", "[Infinity]", '"\ud800"', '"\0"', "[" * 100_000)),
        ('"' + "đ" * (LARGEST // 2) + '"', "STO_PAPER_LARGE"),
    ],
    ids=["nothing", "NaN", "infinite", "half a letter", "NUL", "deep", "large"],
)
def test_only_what_every_reader_of_json_takes_is_kept(store: Store, content: str, code: str) -> None:
    assert refused(save, store, content) == [code]


def test_a_large_paper_comes_back_as_it_was(store: Store) -> None:
    content = '"' + "x" * (LARGEST - 2) + '"'
    save(store, content)
    found = store.paper(ROUND.id, "points")
    assert found is not None and found.content == content


def test_a_revision_is_not_put_in_out_of_turn_by_hand(store: Store) -> None:
    save(store, POINTS)
    for revision in (0, 1, 3):
        with pytest.raises(Refused, match="newer version"):
            write(store, f"INSERT INTO working_papers VALUES ('dot-1', 'points', {revision}, '[]', 'x', '{DAY}')")
    assert [paper.revision for paper in store.papers(ROUND.id)] == [1]


def test_the_offices_own_papers_are_of_no_round_and_kept_in_the_same_way(store: Store) -> None:
    assert store.office_paper("units") is None
    assert [store.save_office_paper("units", text, "Mai", DAY) for text in ("[]", "[]", POINTS)] == [1, 1, 2]
    assert refused(store.save_office_paper, "units", "1", "Mai", DAY, after=1) == ["STO_PAPER_MOVED"]
    newest = OfficePaper(kind="units", content=POINTS, actor="Mai", day=DAY, revision=2)
    assert store.office_paper("units") == newest
    assert [paper.content for paper in store.office_papers("units")] == ["[]", POINTS]
    assert store.office_papers("mappings") == ()
    assert refused(store.save_office_paper, "units", "{", " ", "x") == [
        *("STO_PAPER_JSON", "STO_PAPER_ACTOR", "STO_PAPER_DAY")
    ]
