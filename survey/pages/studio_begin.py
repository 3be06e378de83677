"""What does somebody begin with who writes a questionnaire? The template, or a questionnaire to change."""

import streamlit as st

from survey.instruments import load, shipped, workbook_bytes
from survey.instruments.starter import starter_workbook
from survey.pages.language import language, tell
from survey.questionnaire import say
from survey.words import plain

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
        for name in shipped():
            title = say(load(name).title, language())
            st.download_button(
                plain(f"{title} ({name})"),
                data=workbook_bytes(name),
                file_name=f"{name}.xlsx",
                mime=_XLSX,
                on_click="ignore",
                icon=":material/download:",
                type="tertiary",
            )
