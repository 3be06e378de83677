"""A store with the small questionnaire of tests/survey/builders.py, and a file tried in one step."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from shutil import copyfile

import pytest
import xlsxwriter

from survey.incoming.files import Source, read_file
from survey.incoming.matching import Matching
from survey.incoming.propose import propose
from survey.incoming.trial import Into, Trial, trial
from survey.store import Store
from tests.survey.builders import QUESTIONNAIRE, ROUND, counting, furnished

SECRET = bytes(32)
TODAY = date(2026, 11, 29)
RANDOM = counting()

Try = Callable[..., Trial]


@pytest.fixture(scope="package")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store's file with the round in it: to make one takes longer than most tests here."""
    path = tmp_path_factory.mktemp("store") / "kho.db"
    furnished(path).close()
    return path


@pytest.fixture
def store(empty: Path, tmp_path: Path) -> Iterator[Store]:
    with Store.open(Path(copyfile(empty, tmp_path / "kho.db"))) as store:
        store.add_questionnaire(QUESTIONNAIRE, b"workbook")
        yield store


@pytest.fixture
def tried(store: Store) -> Try:
    """Read, match and try a file; `changes` to the proposed matching are what a person would put right."""

    def try_(content: str | bytes, name: str = "phieu.csv", **changes: object) -> Trial:
        source = read_file(content.encode() if isinstance(content, str) else content, name)
        return trial_of(store, source, replace(propose(source, QUESTIONNAIRE), **changes))  # type: ignore[arg-type]

    return try_


def trial_of(store: Store, source: Source, matching: Matching) -> Trial:
    round_ = store.round(ROUND.id)
    asked = store.questionnaire(round_.questionnaire)
    into = Into(store=store, round=round_, asked=asked, today=TODAY, random=RANDOM, secret=SECRET)
    return trial(into, source, matching)


def workbook(rows: list[list[object]], *, sheet: str = "data") -> bytes:
    """An xlsx with these rows as text, as the tools write them."""
    stream = BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        page = book.add_worksheet(sheet)
        for at, row in enumerate(rows):
            page.write_row(at, 0, row)
    return stream.getvalue()
