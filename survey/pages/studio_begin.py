"""What does somebody begin with who writes a questionnaire? The template, or a questionnaire to change."""

from functools import partial

import streamlit as st

from survey.instruments import load, shipped, workbook_bytes
from survey.instruments.starter import starter_workbook
from survey.pages.desk import STUDIES
from survey.pages.language import language, tell
from survey.questionnaire import say
from survey.words import plain

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def titles() -> dict[str, str]:
    """The questionnaires that come with the product, those of the commonest studies first: what each is called."""
    in_order = sorted(shipped(), key=lambda name: (STUDIES.index(load(name).study), name))
    return {name: f"{say(load(name).title, language())} ({name})" for name in in_order}


def begin() -> None:
    """What one begins with: an empty example, or a shipped questionnaire to edit."""
    with st.expander(tell("STU_BEGIN"), icon=":material/edit_document:", key="studio-begin"):
        st.markdown(plain(tell("STU_BEGIN_MEANS")))
        st.download_button(
            tell("STU_STARTER"),
            data=starter_workbook(),
            file_name="phieu-mau.xlsx",
            mime=_XLSX,
            on_click="ignore",
            icon=":material/download:",
        )
        for name, title in titles().items():
            st.download_button(
                plain(title),
                data=partial(workbook_bytes, name),
                file_name=f"{name}.xlsx",
                mime=_XLSX,
                on_click="ignore",
                icon=":material/download:",
                type="tertiary",
            )
