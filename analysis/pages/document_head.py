"""What stands at the head of the documents, and which template are they made from? As the officer says it."""

from importlib.metadata import PackageNotFoundError, version

import streamlit as st

from analysis.report.about import About, about_round
from analysis.report.word import shipped_template
from survey.clock import now
from survey.pages.language import language, tell
from survey.round import Round
from survey.site import site
from survey.words import plain

HEAD = ("parent", "agency", "locality")


def asked_head() -> dict[str, str]:
    """The offices above the documents, as the officer writes them; kept while the browser is open."""
    with st.expander(tell("OUT_HEAD"), icon=":material/account_balance:"):
        st.caption(plain(tell("OUT_HEAD_CARE")))
        return {
            name: st.text_input(
                tell(f"OUT_HEAD_{name.upper()}"), key=f"exports-{name}", max_chars=120, persist_state="session"
            )
            for name in HEAD
        }


def about(round_: Round, in_language: str = "vi", *, parent: str = "", agency: str = "", locality: str = "") -> About:
    """What the report says of the round beside its numbers, in the report's language."""
    try:
        code = version("hailong")
    except PackageNotFoundError:  # run from a source tree
        code = "0"
    closed = site().store.checkpoints(round_.id)
    return about_round(
        round_,
        in_language,
        created=now().replace(tzinfo=None, microsecond=0),
        code_version=code,
        checkpoint=closed[-1] if closed else None,
        parent=parent,
        agency=agency,
        locality=locality,
    )


def own_template() -> bytes | None:
    """The officer's own template of the annex, if one is given."""
    with st.expander(tell("OUT_TEMPLATE"), icon=":material/edit_document:"):
        st.markdown(plain(tell("OUT_TEMPLATE_HOW")))
        st.download_button(
            tell("OUT_TEMPLATE_GET"),
            shipped_template(language()),
            f"{tell('OUT_TEMPLATE_FILE')}.docx",
            on_click="ignore",
        )
        given = st.file_uploader(tell("OUT_TEMPLATE_OWN"), type=["docx"], max_upload_size=10)
    return None if given is None else given.getvalue()
