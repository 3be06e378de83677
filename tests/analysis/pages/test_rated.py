"""A round in which officials rate offices, which has no satisfaction item, shows its pages and gives its report."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.scores.beside import study_words
from survey.instruments import workbook_bytes
from tests.analysis.pages.looking import run, served, words
from tests.analysis.scores.test_rated import FORM, HERE, SLIPS


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("officials")
    with served(path) as site:
        site.store.add_questionnaire(FORM, workbook_bytes(FORM.id))
        site.store.save_round(HERE)
        for slip in SLIPS:
            site.store.add(slip)
        yield path


@pytest.mark.parametrize("page", ["results", "units", "questions", "exports"])
def test_the_page_is_shown(folder: Path, page: str) -> None:
    at = run(page)
    assert [error.value for error in at.error] == []
    said = words(at)
    assert HERE.name in said
    assert study_words("volunteer") in said and study_words("probability") not in said
