"""Exports of KoboToolbox, ODK Central, LimeSurvey and Google Forms come in as they are, without a hand's edit.

What each file looks like, and where its tool says so: tests/survey/incoming/shapes.py.
"""

import csv
import io
import zipfile
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO

import pytest
import xlsxwriter

from survey.incoming.files import read_file
from survey.incoming.shapes import shape_of
from survey.incoming.storing import store_all
from survey.store import Store
from tests.survey.builders import ROUND
from tests.survey.incoming import shapes
from tests.survey.incoming.conftest import Try, workbook

FIRST: Mapping[str, object] = {
    "used": "1",
    "ways": ("web", "desk"),
    "times": 3,
    "q1": "5",
    "fee": 1.5,
    "day": "2026-10-30",
    "comment": "Tốt; nhanh",
}
SECOND: Mapping[str, object] = {"used": "1", "q1": "2", "why": 'Chờ "lâu"'}


def archive(**files: str) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, content in files.items():
            made.writestr(name.replace("_csv", ".csv"), content)
    return stream.getvalue()


def sheet_of_google() -> bytes:
    """The linked sheet downloaded as xlsx: moments and numbers are cells of their own kind."""
    stream = BytesIO()
    head, first, second = csv.reader(io.StringIO(shapes.GOOGLE_SHEET))
    with xlsxwriter.Workbook(stream, {"default_date_format": "dd/mm/yyyy hh:mm:ss"}) as book:
        page = book.add_worksheet("Form Responses 1")
        for at, row in enumerate((head, first, second)):
            page.write_row(at, 0, row)
        page.write_datetime(1, 0, datetime(2026, 11, 3, 8, 9, 40))
        page.write_datetime(2, 0, datetime(2026, 11, 14, 23, 58))
        page.write_number(1, 4, 3)
        page.write_number(1, 7, 1.5)
        page.write_datetime(1, 8, datetime(2026, 10, 30))
    return stream.getvalue()


FILES = {
    "kobo csv": ("kobo", shapes.KOBO_CSV.encode(), "phieu.csv", {}),
    "kobo xlsx with labels": ("kobo", workbook(shapes.KOBO_LABELS, sheet="Phiếu thử"), "phieu.xlsx", {}),
    "odk csv": ("odk", shapes.ODK_CSV.encode(), "phieu.csv", {}),
    "odk csv, split": ("odk", shapes.ODK_SPLIT_CSV.encode(), "phieu.csv", {}),
    "odk zip": (
        "odk",
        archive(**{"phieu-member_csv": shapes.ODK_REPEAT_CSV, "phieu_csv": shapes.ODK_CSV}),
        "phieu.csv.zip",
        {},
    ),
    "limesurvey codes": ("limesurvey", shapes.LIMESURVEY_CODES.encode(), "results-survey123.csv", {"place": "place"}),
    "limesurvey texts": ("limesurvey", shapes.LIMESURVEY_TEXTS.encode(), "results-survey123.csv", {"place": "Place"}),
    "limesurvey codes and texts": (
        "limesurvey",
        shapes.LIMESURVEY_BOTH.encode(),
        "results-survey123.csv",
        {"place": "place. Place"},
    ),
    "limesurvey xlsx": (
        "limesurvey",
        workbook([list(row) for row in csv.reader(io.StringIO(shapes.LIMESURVEY_CODES.strip("\ufeff")))]),
        "results-survey123.xlsx",
        {"place": "place"},
    ),
    "google csv": ("google", shapes.GOOGLE_CSV.encode(), "phieu.csv", {"place": "Nơi ông/bà ở"}),
    "google zip": ("google", archive(phieu_csv=shapes.GOOGLE_CSV), "phieu.csv.zip", {"place": "Nơi ông/bà ở"}),
    "google sheet as xlsx": ("google", sheet_of_google(), "phieu.xlsx", {"place": "Nơi ông/bà ở"}),
    "google sheet": ("google", shapes.GOOGLE_SHEET.encode(), "phieu.csv", {"place": "Nơi ông/bà ở"}),
}


SLOW = ("limesurvey xlsx", "google sheet as xlsx")  # a child process each


@pytest.mark.parametrize("case", [pytest.param(case, marks=[pytest.mark.slow] * (case in SLOW)) for case in FILES])
def test_an_export_comes_in_as_it_is(case: str, store: Store, tried: Try) -> None:
    shape, content, name, chosen = FILES[case]
    assert read_file(content, name).shape.name == shape
    found = tried(content, name, **chosen)
    assert [problem.say("en") for problem in found.problems] == []
    assert store_all(store, found).new == 2
    stored = {slip.place: slip for slip in store.responses(ROUND.id)}
    assert dict(stored["P01"].answers) == FIRST
    assert dict(stored["P02"].answers) == SECOND
    assert stored["P01"].day == "2026-11-03"
    assert stored["P02"].day == ("2026-11-14" if case.startswith("google sheet") else "2026-11-04")
    assert {(slip.channel, slip.consent, slip.duration) for slip in stored.values()} == {("import", ROUND.consent, "")}


@pytest.mark.parametrize("case", ["kobo csv", "odk zip", "limesurvey codes", "google csv"])
def test_the_same_file_again_adds_nothing_and_says_so(case: str, store: Store, tried: Try) -> None:
    _, content, name, chosen = FILES[case]
    store_all(store, tried(content, name, **chosen))
    again = tried(content, name, **chosen)
    assert (again.known, again.ready, again.problems) == (2, (), ())
    assert store_all(store, again).new == 0
    assert len(store.responses(ROUND.id)) == 2


@pytest.mark.parametrize("case", ["limesurvey codes", "limesurvey texts", "limesurvey codes and texts"])
def test_what_was_only_opened_in_limesurvey_is_no_response_and_what_was_not_sent_is_told(case: str, tried: Try) -> None:
    _, content, name, chosen = FILES[case]
    found = tried(content, name, **chosen)
    assert (found.rows, found.opened, found.half, len(found.ready)) == (5, 2, 1, 2)
    with_half = tried(content, name, half=True, one_day="2026-11-05", **chosen)
    assert (with_half.half, with_half.opened) == (0, 2)
    assert [(problem.code, problem.row) for problem in with_half.problems] == [("ANS_REQUIRED", 5)]  # q1 is asked


@pytest.mark.parametrize(
    "case", ["kobo csv", pytest.param("kobo xlsx with labels", marks=pytest.mark.slow), "odk csv", "odk csv, split"]
)
def test_what_staff_rejected_in_the_tool_is_left_out_and_told(case: str, tried: Try) -> None:
    _, content, name, chosen = FILES[case]
    found = tried(content, name, **chosen)
    assert (found.rows, found.rejected, len(found.ready)) == (3, 1, 2)
    assert len(tried(content, name, rejected=True, **chosen).ready) == 3


@pytest.mark.parametrize(("case", "who"), [("kobo csv", "dieu_tra_1"), ("odk csv", "Điều tra 1")])
def test_the_interviewer_comes_along(case: str, who: str, store: Store, tried: Try) -> None:
    _, content, name, chosen = FILES[case]
    store_all(store, tried(content, name, **chosen))
    assert {slip.place: slip.interviewer for slip in store.responses(ROUND.id)}["P01"] == who


def test_rows_of_two_surveys_of_limesurvey_are_told_apart_where_no_seed_was_exported() -> None:
    """Every survey counts its rows from 1."""
    assert shape_of(["id", "submitdate", "startdate"]).identity == ("id", "startdate")
    assert shape_of(["id", "submitdate", "startdate", "seed"]).identity == ("id", "seed")


def test_a_slip_that_central_could_not_decrypt_is_told(tried: Try) -> None:
    locked = shapes.ODK_CSV.replace("Điều tra 1,0,0,,", "Điều tra 1,0,0,not decrypted,")
    assert [(problem.code, problem.row) for problem in tried(locked).problems] == [("INT_LOCKED", 2)]


def test_a_slip_of_limesurvey_without_a_date_needs_one_day_for_all(tried: Try) -> None:
    undated = shapes.LIMESURVEY_CODES.replace("2026-11-03 08:09:40", "1980-01-01 00:00:00")
    assert [(each.code, each.row) for each in tried(undated, place="place").problems] == [("INT_NO_DAY", 2)]
    found = tried(undated, place="place", one_day="2026-11-09")
    assert sorted(ready.response.day for ready in found.ready) == ["2026-11-04", "2026-11-09"]
