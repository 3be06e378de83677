"""The walk through the desk: offered once, on the sample round, to who can see enough of it."""

import json
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from survey.pages import tour
from survey.pages.desk import CHOSEN
from survey.site import Site
from tests.survey.pages.conftest import OPEN


def desk() -> None:
    import streamlit as st  # noqa: PLC0415  AppTest runs this function's text

    from survey.pages import tour  # noqa: PLC0415

    def page(slug: str):  # type: ignore[no-untyped-def]
        return lambda: st.write(f"here is {slug}")

    slugs = [slug for slug, _ in tour.STEPS][: st.session_state.get("seen", 5)]
    pages = {slug: st.Page(page(slug), title=slug, url_path=slug, default=slug == slugs[0]) for slug in slugs}
    chosen = st.navigation(list(pages.values()))
    here = chosen.url_path or slugs[0]
    tour.show(here, pages)
    chosen.run()
    tour.again(pages)


def run(monkeypatch: pytest.MonkeyPatch, name: str = "Lan", language: str = "vi", **state: object) -> AppTest:
    monkeypatch.setattr(tour, "person", lambda: name)
    at = AppTest.from_function(desk, default_timeout=20)
    at.session_state["ngon_ngu"] = language  # where the desk's switch keeps it
    for key, value in state.items():
        at.session_state[key] = value
    at.run()
    assert not at.exception
    return at


def buttons(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


@pytest.fixture
def sample(here: Site) -> Site:
    here.store.save_round(replace(OPEN, id="sample", demonstration=True))
    here.store.save_round(replace(OPEN, id="later"))
    return here


def test_the_walk_goes_over_five_pages_of_the_sample_round_and_is_offered_once(
    sample: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(tour.STEPS) == 5
    at = run(monkeypatch)
    at.button[0].click().run()
    assert at.session_state[CHOSEN] == "sample"
    for step, (_, code) in enumerate(tour.STEPS, start=1):
        assert f"Bước {step}/5" in at.markdown[0].value, code
        at.button[0].click().run()
        assert not at.exception
    assert buttons(at) == ["Đi một vòng làm quen"]
    assert buttons(run(monkeypatch)) == ["Đi một vòng làm quen"]
    assert buttons(run(monkeypatch, "Hoa"))[:2] == ["Đi một vòng", "Không cần"]
    paper = sample.store.office_paper("tour")
    assert paper is not None and list(json.loads(paper.content)) == ["Lan"]


def test_who_puts_it_away_is_not_asked_again_and_can_still_walk(sample: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    at = run(monkeypatch, language="en")
    assert buttons(at)[:2] == ["Walk around", "No, thanks"]
    at.button[1].click().run()
    assert buttons(run(monkeypatch, language="en")) == ["Walk around the desk"]
    again = run(monkeypatch, language="en").button[0].click().run()
    assert "Step 1 of 5" in again.markdown[0].value


def test_who_wanders_off_is_led_back(sample: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    at = run(monkeypatch, **{"tour-step": 3})
    assert buttons(at)[0] == "Về bước 4"


def test_nobody_is_led_around_without_a_sample_round_or_with_few_pages(
    here: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert buttons(run(monkeypatch)) == []
    here.store.save_round(replace(OPEN, id="sample", demonstration=True))
    assert buttons(run(monkeypatch, seen=2)) == []
    assert "4 bước" in run(monkeypatch, seen=4).markdown[0].value
