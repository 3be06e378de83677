"""The page says the same as the doctor: what is wrong stands first, each with what to do; a look changes nothing."""

import os

import pytest
from streamlit.testing.v1 import AppTest

from survey.access import reset_passcode
from survey.care.last import NOTE
from survey.errors import catalogue
from survey.site import Site


def care_page() -> None:
    from survey.pages import care  # noqa: PLC0415  AppTest runs this function's text

    care.show()


def run(language: str = "vi") -> AppTest:
    at = AppTest.from_function(care_page, default_timeout=30)
    at.query_params["ngon_ngu"] = language
    at.run()
    assert not at.exception
    return at


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_is_wrong_stands_before_what_is_well(here: Site, language: str) -> None:
    at = run(language)
    faults = [each.value for each in at.error]
    assert any(catalogue()["CAR_CHECK_BACKUP"][language] in each for each in faults)
    assert any(catalogue()["CAR_NOBODY"][language][:40] in each.value for each in at.warning)
    assert "CAR_CHECK_INTEGRITY" not in "".join(faults)
    (table,) = at.table
    assert any(catalogue()["CAR_CHECK_INTEGRITY"][language] in cell for cell in table.value.iloc[:, 0])


def test_looking_again_finds_what_was_mended(here: Site) -> None:
    at = run()
    assert len(at.warning) >= 1
    for name in ("An", "Bình"):
        reset_passcode(here.folder, os.urandom, name)
    before = len(at.warning)
    at.button[0].click().run()
    assert len(at.warning) == before - 1
    assert not (here.folder / NOTE).exists()
