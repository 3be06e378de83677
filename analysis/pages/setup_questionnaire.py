"""Which questionnaire is asked? The kinds of survey, and the versions that there are of each."""

from typing import Final

import streamlit as st

from survey.clock import today
from survey.instruments import load, shipped, workbook_bytes
from survey.pages.language import language, spoken, tell
from survey.publishing import publish, versions
from survey.questionnaire import Questionnaire, say
from survey.round import Round
from survey.site import site
from survey.words import plain

_KINDS: Final = ("household", "user", "one_stop", "officials", "other")
_ONE_STOP: Final = "one_stop_slip"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def choose_questionnaire(round_: Round | None) -> Questionnaire | None:
    """The kind of study, then one of its questionnaires; None while nobody chose between several."""
    offered = _offered()
    kept = offered.get(round_.questionnaire) if round_ else None
    key = f"setup-{round_.id}" if round_ else "setup-new"
    kind = st.radio(
        tell("SET_KIND"),
        _KINDS,
        index=_KINDS.index(_kind(kept)) if kept else 0,
        format_func=lambda each: tell(f"SET_KIND_{each.upper()}"),
        key=f"{key}-kind",
    )
    st.caption(plain(tell(f"SET_KIND_{kind.upper()}_MEANS")))
    fitting = [each for each, asked in offered.items() if _kind(asked) == kind]
    if not fitting:
        st.info(plain(tell("SET_NO_VERSION", page=tell("STU_TITLE"))))
        return None
    # The newest version goes without saying; which of several questionnaires does not.
    usual = 0 if len({offered[each].id for each in fitting}) == 1 else None
    digest = st.selectbox(
        tell("ROUNDS_QUESTIONNAIRE"),
        fitting,
        index=fitting.index(round_.questionnaire) if round_ and round_.questionnaire in fitting else usual,
        placeholder=tell("FORM_CHOOSE"),
        format_func=lambda each: tell(
            "SET_VERSION",
            title=say(offered[each].title, language()),
            id=offered[each].id,
            version=offered[each].version,
        ),
        key=f"{key}-questionnaire-{kind}",
    )
    if digest is None:
        return None
    asked = offered[digest]
    count = sum(each.kind != "note" for each in asked.questions())
    st.caption(
        plain(tell("ROUNDS_QUESTIONS", title=say(asked.title, language()), count=count, items=len(asked.items())))
    )
    _workbook(asked)
    st.markdown(f"[{plain(tell('SET_OWN'))}]({spoken('/bo-phieu', language())})")
    return asked


def _workbook(asked: Questionnaire) -> None:
    """The workbook of a version that came with the product, to be changed and published as one's own."""
    name = _came(asked)
    if name is not None:
        st.download_button(
            tell("ROUNDS_WORKBOOK"),
            data=workbook_bytes(name),
            file_name=f"{name}.xlsx",
            mime=_XLSX,
            on_click="ignore",
            icon=":material/download:",
        )


def _kind(asked: Questionnaire) -> str:
    if asked.id == _ONE_STOP:
        return "one_stop"
    return asked.study if asked.study in _KINDS else "other"


def _offered() -> dict[str, Questionnaire]:
    """Every version that can be asked: those published here, the newest first, then those that came with it."""
    store = site().store
    kept = {each.hash: store.questionnaire(each.hash) for each in versions(store)}
    came = (load(name) for name in shipped())
    return {**kept, **{asked.content_hash(): asked for asked in came}}


def keep_questionnaire(asked: Questionnaire, me: str) -> None:
    """A version that came with the product is published here once it is used."""
    name = _came(asked)
    if name is not None:
        publish(site().store, asked, workbook_bytes(name), actor=me, day=today())


def _came(asked: Questionnaire) -> str | None:
    """The name under which this version came with the product, None for one of the office's own."""
    return next((each for each in shipped() if load(each).content_hash() == asked.content_hash()), None)
