"""The form for KoboToolbox and ODK is the round's own: its places and the units that it rates."""

from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest
import streamlit as st

from survey.instruments import load, workbook_bytes
from survey.pages import offline_part
from survey.round import Rated
from survey.site import Site
from survey.xlsform.plain import PLACE
from tests.survey.builders import ROUND


def test_a_rounds_form_asks_for_its_places_and_about_its_units(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, object] = {}
    monkeypatch.setattr(st, "download_button", lambda label, **named: given.update(named))
    officials = load("officials_2022")
    here.store.add_questionnaire(officials, workbook_bytes("officials_2022"))
    rated = (
        Rated(code="sxd", name="Sở Xây dựng", kind="department"),
        Rated(code="x_a", name="Xã A", kind="locality"),
    )
    offline_part.offline_of(replace(ROUND, id="cb", questionnaire=officials.content_hash(), rated=rated))
    assert given["file_name"] == "cb-kobo-odk.xlsx" and callable(given["data"])
    book = openpyxl.load_workbook(BytesIO(given["data"]()))
    options = {(row[0], row[1]) for row in book["choices"].iter_rows(min_row=2, values_only=True)}
    assert {(PLACE, place.code) for place in ROUND.places} <= options
    assert {value for name, value in options if str(name).startswith("units")} == {"sxd", "x_a"}
