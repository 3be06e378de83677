"""Publishing a questionnaire as a version that never changes, and the versions there are."""

from contextlib import suppress
from datetime import date
from functools import partial

import streamlit as st

from survey.clock import today
from survey.errors import Refused
from survey.pages.context import may, note, person
from survey.pages.desk import named, problems
from survey.pages.language import language, tell
from survey.pages.preview import STUDIO
from survey.publishing import Version, conflict, publish, versions
from survey.questionnaire import Questionnaire, say
from survey.site import site
from survey.store import Store
from survey.words import day, plain, whole

PUBLISHED = "studio-published"
"""Under this name the session keeps what is said after a publication."""

_REFUSED = "studio-publish-not"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def publishing(questionnaire: Questionnaire, workbook: bytes, *, errors: int) -> None:
    """The button, and what publishing means; with errors found in the questions it wants a word first."""
    st.markdown(plain(tell("STU_PUBLISH_MEANS", id=questionnaire.id, version=questionnaire.version)))
    digest = questionnaire.content_hash()
    known = next((each for each in versions(site().store) if each.hash == digest and each.day), None)
    if known is not None:
        st.info(plain(tell("STU_IS_PUBLISHED", day=_day(known), actor=known.actor)))
        return
    if (problem := conflict(site().store, questionnaire)) is not None:
        problems(Refused([problem]))
        return
    sure = errors == 0 or st.checkbox(plain(tell("STU_DESPITE", count=whole(errors, language()))))
    st.button(
        tell("STU_PUBLISH"),
        type="primary",
        disabled=not sure,
        on_click=_publish,
        args=(questionnaire, workbook),
        icon=":material/lock:",
    )
    if refused := st.session_state.pop(_REFUSED, None):
        problems(refused)


def _publish(questionnaire: Questionnaire, workbook: bytes) -> None:
    # A callback: it runs once for one press, and before the page asks who is there.
    actor = person()
    if actor is None or not may(STUDIO.strip("/")):
        return
    try:
        new = publish(site().store, questionnaire, workbook, actor=actor, day=today())
    except Refused as refused:
        st.session_state[_REFUSED] = refused
        return
    if new:
        note("studio.publish", f"{questionnaire.id} {questionnaire.version}")
    st.session_state[PUBLISHED] = tell("STU_DONE", id=questionnaire.id, version=questionnaire.version)


def listed(store: Store) -> None:
    """Every version with its day, who published it, the rounds that ask it, and its workbook."""
    found = versions(store)
    if not found:
        st.info(tell("STU_NONE"))
    for version in found:
        with st.container(border=True, key=f"version-{version.hash[:12]}"):
            left, right = st.columns((4, 1), vertical_alignment="center")
            name = plain(f"{version.id} {version.version}")
            left.markdown(f"**{name}** {plain(_title(store, version))}  \n{plain(_told(version))}")
            right.download_button(
                tell("STU_WORKBOOK"),
                data=partial(store.workbook, version.hash),
                file_name=f"{version.id}-{version.version}.xlsx",
                mime=_XLSX,
                on_click="ignore",
                icon=":material/download:",
                key=f"workbook-{version.hash}",
            )


def titled(store: Store, version: Version) -> str:
    """What a version is called: id, version, title."""
    return f"{version.id} {version.version}: {_title(store, version)}".removesuffix(": ")


def _title(store: Store, version: Version) -> str:
    """The form's title; nothing for a version that cannot be read any more, which has its message elsewhere."""
    with suppress(Refused):
        return say(store.questionnaire(version.hash).title, language())
    return ""


def _told(version: Version) -> str:
    who = tell("STU_PUBLISHED_BY", day=_day(version), actor=version.actor) if version.day else tell("STU_BROUGHT")
    rounds = ", ".join(named(round_) for round_ in version.rounds)
    return f"{who} {tell('STU_ROUNDS', rounds=rounds) if rounds else tell('STU_NO_ROUNDS')}"


def _day(version: Version) -> str:
    return day(date.fromisoformat(version.day), language())
