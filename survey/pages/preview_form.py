"""How does the Streamlit form look before anybody may answer? The form itself; its store keeps nothing."""

import secrets

import streamlit as st

from survey.clock import now, today
from survey.errors import word
from survey.forms import rich
from survey.forms.draft import form_address
from survey.forms.flags import Recent
from survey.forms.preview import ROUND, Nowhere, preview_round
from survey.pages.context import may, person
from survey.pages.preview import STUDIO, looked_at
from survey.site import site
from survey.words import plain

LOOKED = "xem"
"""What names the questionnaire in the form's address: its content hash."""


def preview_address(digest: str, language: str, channel: str = "") -> str:
    """The form's address for a look at this questionnaire."""
    return f"{form_address(ROUND, channel=channel, language=language)}&{LOOKED}={digest}"


def show(digest: str, language: str) -> None:
    """The form for who may write questionnaires; for others there is none."""
    questionnaire = looked_at(digest) if may(STUDIO.strip("/")) else None
    if questionnaire is None:
        st.title(word("STU_PREVIEW", language), anchor=False)
        st.info(plain(word("STU_PREVIEW_GONE", language)))
        return
    st.warning(plain(word("STU_PREVIEW_NOTE", language)), icon=":material/visibility:")
    rich.show(
        Nowhere(questionnaire),
        preview_round(questionnaire, today()),
        secret=site().secret,
        clock=now,
        random=secrets.token_bytes,
        staff=person,
        wait=lambda _: 0.0,
        recent=Recent(),
        promise=lambda _: "",
    )
