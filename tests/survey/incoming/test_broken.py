# ruff: noqa: E501  a case a line
"""Broken and hostile files: every fault is named with its row and column, and nothing of the file is stored.

All at once: the last cases hold several faults, and each is told.
"""

import pytest

from survey.errors import Refused
from survey.incoming.files import read_file
from survey.incoming.propose import propose
from survey.incoming.storing import store_all
from survey.store import Store
from tests.survey.builders import QUESTIONNAIRE, ROUND
from tests.survey.incoming import shapes
from tests.survey.incoming.conftest import Try, trial_of
from tests.survey.incoming.test_shapes import archive
from tests.survey.test_guard import HOSTILE

Faults = list[tuple[str, int | None, str | None]]

HEAD = "so_phieu,noi_tra_loi,ngay,used,ways/web,ways/post,ways/desk,times,q1,why,fee,day,comment\n"
GOOD = "7,Xã A,2026-11-03,Có,x,,,3,Mức 5,,1.5,2026-10-30,Tốt\n"


def changed(column: str, cell: str) -> bytes:
    """A good file but for one cell."""
    cells = GOOD.strip().split(",")
    cells[HEAD.strip().split(",").index(column)] = cell
    return (HEAD + ",".join(cells) + "\n").encode()


BROKEN: dict[str, tuple[str, bytes, Faults]] = {
    "another kind of file": ("phieu.docx", b"PK", [("INT_KIND", None, None)]),
    "an old workbook": ("phieu.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), [("GRD_OLD_OR_LOCKED", None, None)]),
    "no workbook at all": ("phieu.xlsx", b"no zip", [("GRD_NOT_XLSX", None, None)]),
    "letters of another alphabet": ("phieu.csv", (HEAD + "7,Xã A").encode("latin-1"), [("TAB_ENCODING", None, None)]),
    "nothing": ("phieu.csv", b"\n\n", [("TAB_EMPTY", None, None)]),
    "headings alone": ("phieu.csv", HEAD.encode(), [("TAB_NO_ROWS", None, None)]),
    "an open quotation mark": ("phieu.csv", (HEAD + '7,"Xã A,2026-11-03\n').encode(), [("TAB_CSV", None, None)]),
    "a cell without heading": ("phieu.csv", (HEAD + GOOD.strip() + ",thừa\n").encode(), [("TAB_NO_HEADER", 2, None)]),
    "a formula's fault": ("phieu.csv", changed("q1", "#REF!"), [("TAB_ERROR", 2, "q1")]),
    "a zip of two tables": ("phieu.zip", archive(a_csv="x,y\n1,2\n", b_csv="x,y\n1,2\n"), [("INT_ZIP", None, None)]),
    "a zip without a table": ("phieu.zip", archive(a_txt="x"), [("INT_ZIP", None, None)]),
    "a damaged zip": ("phieu.zip", archive(phieu_csv=shapes.ODK_CSV)[:-30], [("INT_ZIP_DAMAGED", None, None)]),
    "another survey": ("phieu.csv", b"alpha,beta\n1,2\n", [("INT_NOTHING", None, None), ("INT_NO_DAY", 2, None), ("INT_NO_PLACE", 2, None), ("ANS_REQUIRED", 2, "used")]),
    "an item left out": ("phieu.csv", b"so_phieu,noi_tra_loi,ngay,used\n1,P01,2026-11-03,2\n", [("INT_ITEMS", None, None)]),
    "no such option": ("phieu.csv", changed("q1", "Mức 6"), [("ANS_UNKNOWN_OPTION", 2, "q1")]),
    "not a whole number": ("phieu.csv", changed("times", "ba"), [("ANS_NOT_WHOLE", 2, "times")]),
    "a number out of bounds": ("phieu.csv", changed("times", "99"), [("ANS_CONSTRAINT_SAID", 2, "times")]),
    "an answer that is required": ("phieu.csv", changed("used", ""), [("ANS_REQUIRED", 2, "used")]),
    "a day that is none": ("phieu.csv", changed("ngay", "31/11/2026"), [("INT_NOT_DAY", 2, "ngay")]),
    "a day before the round": ("phieu.csv", changed("ngay", "2026-10-31"), [("INT_BEFORE", 2, "ngay")]),
    "a day after the round": ("phieu.csv", changed("ngay", "2026-12-01"), [("INT_AFTER", 2, "ngay")]),
    "a day that has not come": ("phieu.csv", changed("ngay", "2026-11-30"), [("INT_FUTURE", 2, "ngay")]),
    "no day": ("phieu.csv", changed("ngay", ""), [("INT_NO_DAY", 2, "ngay")]),
    "day or month?": ("phieu.csv", b"Timestamp,used,q1\n03/11/2026 8:00:00,2,\n", [("INT_DAY_ORDER", None, "Timestamp"), ("INT_NO_PLACE", 2, None)]),
    "no such place": ("phieu.csv", changed("noi_tra_loi", "Xã C"), [("INT_PLACE", 2, "noi_tra_loi")]),
    "no place": ("phieu.csv", changed("noi_tra_loi", ""), [("INT_NO_PLACE", 2, "noi_tra_loi")]),
    "neither yes nor no": ("phieu.csv", changed("ways/web", "hay"), [("INT_YES_NO", 2, "ways/web")]),
    "no slip number": ("phieu.csv", changed("so_phieu", ""), [("TAB_BLANK", 2, "so_phieu")]),
    "too long a text": ("phieu.csv", changed("comment", "a" * 2001), [("ANS_TOO_LONG", 2, "comment")]),
    "not decrypted": ("phieu.csv", shapes.ODK_CSV.replace("0,0,,approved", "0,0,not decrypted,approved").encode(), [("INT_LOCKED", 2, "Status")]),
    "several at once": (
        "phieu.csv",
        (HEAD + "7,Xã C,nay,3,?,,,99,5,,,,\n8,P02,2026-11-03,2,,,,,,,,,\n").encode(),
        [("INT_NOT_DAY", 2, "ngay"), ("INT_PLACE", 2, "noi_tra_loi"), ("INT_YES_NO", 2, "ways/web"), ("ANS_UNKNOWN_OPTION", 2, "used")],
    ),
    "two rows, two faults": ("phieu.csv", HEAD.encode() + GOOD.replace("Mức 5", "9").encode() + GOOD.replace("7,", "8,", 1).replace(",3,", ",0,").encode(), [("ANS_UNKNOWN_OPTION", 2, "q1"), ("ANS_CONSTRAINT_SAID", 3, "times")]),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_every_fault_of_a_broken_file_is_named_and_nothing_is_stored(case: str, store: Store) -> None:
    name, content, expected = BROKEN[case]
    try:
        source = read_file(content, name)
        found = trial_of(store, source, propose(source, QUESTIONNAIRE))
        problems = found.problems
        with pytest.raises(Refused):
            store_all(store, found)
    except Refused as refused:
        problems = refused.problems
    assert [(problem.code, problem.row, problem.column) for problem in problems] == expected
    assert all(
        problem.say(language) and "?" not in problem.where(language)
        for problem in problems
        for language in ("vi", "en")
    )
    assert store.all_responses(ROUND.id) == ()


@pytest.mark.parametrize(
    "case", ["macro in an xlsx", "xlsb", "one vast string", "external entity", "last column of the sheet"]
)
def test_a_hostile_workbook_is_refused_before_it_is_opened(case: str) -> None:
    with pytest.raises(Refused) as refused:
        read_file(HOSTILE[case][0], "phieu.xlsx")
    assert all(problem.code.startswith("GRD_") for problem in refused.value.problems)


def test_a_zip_that_would_fill_the_disk_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(Refused) as refused:
        read_file(archive(phieu_csv="SubmissionDate," + "0" * 68_000_000), "phieu.zip")
    assert {problem.code for problem in refused.value.problems} == {"GRD_SIZE"}


def test_there_are_twenty_broken_files_and_more() -> None:
    assert len(BROKEN) >= 20


def test_a_fault_of_thousands_of_rows_is_told_once_with_its_number(tried: Try) -> None:
    rows = "".join(GOOD.replace("7,", f"{number},", 1).replace("Mức 5", "9") for number in range(1, 301))
    (problem,) = tried(HEAD + rows).problems
    assert problem.code == "TAB_REPEATED"
    assert problem.values["count"] == 300
