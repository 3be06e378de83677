"""A round in which officials rate offices, which has no satisfaction item, shows its pages and gives its report."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import survey.site as shared
from analysis.scores.beside import study_words
from survey.instruments import workbook_bytes
from tests.analysis.scores.test_rated import FORM, HERE, SLIPS


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("officials")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HAILONG_DATA", str(path))
        store = shared.site().store
        store.add_questionnaire(FORM, workbook_bytes(FORM.id))
        store.save_round(HERE)
        for slip in SLIPS:
            store.add(slip)
        yield path
        shared.close()


def results_page() -> None:
    from analysis.pages import results  # noqa: PLC0415  AppTest runs this function's text

    results.show()


def units_page() -> None:
    from analysis.pages import units  # noqa: PLC0415  AppTest runs this function's text

    units.show()


def questions_page() -> None:
    from analysis.pages import questions  # noqa: PLC0415  AppTest runs this function's text

    questions.show()


def download_page() -> None:
    from analysis.pages import download  # noqa: PLC0415  AppTest runs this function's text

    download.show()


@pytest.mark.parametrize("page", [results_page, units_page, questions_page, download_page])
def test_the_page_is_shown(folder: Path, page: Callable[[], None]) -> None:
    at = AppTest.from_function(page, default_timeout=60).run()
    assert not at.exception
    assert [error.value for error in at.error] == []
    kinds = ("title", "caption", "markdown")
    said = " ".join(str(part.value) for kind in kinds for part in at.get(kind)).replace("\\", "")
    assert HERE.name in said
    assert study_words("volunteer") in said and study_words("probability") not in said
