"""Printing a round's paper forms: numbers are taken once and noted, a printing can be downloaded again."""

import pytest
from streamlit.testing.v1 import AppTest

from survey.pages import paper_part
from survey.print.handout import runs
from survey.site import Site


def page() -> None:
    from survey.pages import paper_part  # noqa: PLC0415  AppTest runs this function's text
    from survey.site import site  # noqa: PLC0415

    paper_part.paper_of(site().store.round("dot-1"))


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Somebody is signed in; what is noted in the staff log."""
    found: list[tuple[str, str]] = []
    monkeypatch.setattr(paper_part, "person", lambda: "Nga")
    monkeypatch.setattr(paper_part, "may", lambda what: what == "kenh=paper")
    monkeypatch.setattr(paper_part, "note", lambda act, about: found.append((act, about)))
    return found


def take(at: AppTest) -> AppTest:
    at.button[0].click().run()
    assert not at.exception
    return at


def test_numbers_are_taken_for_a_place_noted_and_offered_for_download(here: Site, noted: list[tuple[str, str]]) -> None:
    at = AppTest.from_function(page, default_timeout=30).run()
    at.selectbox(key="paper-place-dot-1").set_value("P01")
    at.number_input[0].set_value(120)
    take(at)
    [run] = runs(here.store, "dot-1")
    assert (run.first, run.last, run.place, run.actor) == (1, 120, "P01", "Nga")
    assert noted == [("paper.print", "dot-1")]
    assert at.selectbox(key="paper-run-dot-1").value == run
    labels = [button.proto.label for button in at.get("download_button")]
    assert labels == ["Phiếu giấy (PDF)"], "so many copies are too much for Word"
    assert any("Word" in caption.value for caption in at.caption), "and it is said why"
    take(at)
    assert [each.first for each in runs(here.store, "dot-1")] == [1, 121]


def test_who_may_not_enter_paper_takes_no_numbers(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper_part, "person", lambda: None)
    take(AppTest.from_function(page, default_timeout=30).run())
    assert runs(here.store, "dot-1") == ()
