"""The screens around the questions: notice, place, what to mend, receipt."""

from datetime import timedelta

import streamlit as st

from survey.errors import Problem, word
from survey.forms.draft import Draft, minutes, place_of
from survey.forms.filling import Filling, place_slots
from survey.forms.widgets import link
from survey.forms.words import plain
from survey.ledger import grouped
from survey.questionnaire import say

KIOSK_PAUSE = timedelta(seconds=30)
"""So long a kiosk shows a receipt."""
KIOSK_IDLE = timedelta(minutes=5)
"""So long a kiosk keeps a half-filled form that nobody goes on with. A page is read without a sign to the server."""


def notice(filling: Filling) -> None:
    """What this is, who asks, what is kept, whom to ask, where complaints go; and the start button."""
    round_, questionnaire, language = filling.round, filling.questionnaire, filling.draft.language

    def tell(code: str, **values: object) -> str:
        return plain(word(code, language, **values))

    st.title(plain(say(questionnaire.title, language)), anchor=False)
    if round_.demonstration:
        st.warning(tell("FORM_DEMONSTRATION"), icon=":material/science:")
    st.markdown(plain(say(questionnaire.purpose, language)) or tell("FORM_PURPOSE"))
    place = place_of(round_, filling.draft.place)
    if filling.place_known and place is not None:
        st.markdown(f"**{tell('FORM_PLACE_KNOWN', name=place.name)}**")
    for title, lines in (
        ("FORM_TIME_TITLE", [tell("FORM_TIME", minutes=minutes(questionnaire), parts=len(filling.steps()))]),
        (
            "FORM_PRIVACY_TITLE",
            [tell(f"FORM_PRIVACY_{part}") for part in ("FREE", "NONE", "KEPT", "RECEIPT")],
        ),
        (
            "FORM_WHO",
            [tell("FORM_ROUND", name=round_.name), tell("FORM_CONTACT", contact=say(round_.contact, language))],
        ),
        ("FORM_COMPLAINT_TITLE", [tell("FORM_COMPLAINT")]),
    ):
        st.header(tell(title), anchor=False)
        st.markdown("\n".join(f"- {line}" for line in lines) if len(lines) > 1 else lines[0])
    st.caption(tell("FORM_PRIVACY_VERSION", version=round_.consent))
    st.button(word("FORM_START", language), key="start", type="primary", width="stretch", on_click=filling.start)
    st.caption(tell("FORM_START_MEANS"))


def place(filling: Filling) -> None:
    """Where the person lives: first the stratum, then the place in it."""
    draft, places = filling.draft, filling.round.places
    strata = list(dict.fromkeys(each.stratum for each in places))
    if len(strata) == 1:
        draft.stratum = strata[0]
    else:
        draft.stratum = _choose("FORM_PLACE_STRATUM", {name: name for name in strata}, draft.stratum, 0, draft)
    here = {each.code: each.name for each in places if each.stratum == draft.stratum}
    draft.place = _choose("FORM_PLACE_NAME", here, draft.place, 1, draft) if here else None


def _choose(code: str, names: dict[str, str], chosen: str | None, slot: int, draft: Draft) -> str | None:
    return st.selectbox(
        word(code, draft.language),
        list(names),
        index=list(names).index(chosen) if chosen in names else None,
        format_func=names.__getitem__,
        placeholder=word("FORM_CHOOSE", draft.language),
        key=place_slots(draft)[slot],
    )


def summary(filling: Filling) -> None:
    """Everything that is to be mended, in words; what is on this screen is a link to its question."""
    draft, language = filling.draft, filling.draft.language
    with st.container(key="summary" if draft.problems or draft.broken else "summary-empty"):
        if draft.broken:
            st.error(plain(word("FORM_SAVE_FAILED", language)), icon=":material/error:")
        if draft.problems:
            lines = [f"- {_line(filling, problem)}" for problem in draft.problems]
            head = plain(word("FORM_PROBLEMS", language, count=len(draft.problems)))
            st.error("\n".join([f"**{head}**", "", *lines]), icon=":material/error:")


def _line(filling: Filling, problem: Problem) -> str:
    language = filling.draft.language
    if problem.question is None:
        return plain(problem.what(language))
    question = filling.questionnaire.question(problem.question)
    return f"{link(question, _short(say(question.label, language)))}: {plain(problem.what(language))}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 80 else f"{text[:79].rsplit(' ', 1)[0]}…"


def receipt(filling: Filling) -> None:
    """The slip is stored: its receipt code, and the way to a new form."""
    draft, language = filling.draft, filling.draft.language
    kiosk = draft.channel == "kiosk"
    st.title(word("FORM_ALREADY" if draft.already else "FORM_THANKS", language), anchor=False)
    if draft.already:
        st.markdown(plain(word("FORM_ALREADY_WHY", language)))
    if filling.round.demonstration:
        st.warning(plain(word("FORM_DEMONSTRATION", language)), icon=":material/science:")
    st.header(word("FORM_RECEIPT", language), anchor=False)
    with st.container(key="receipt", border=True):
        st.markdown(grouped(str(draft.receipt)), text_alignment="center")
    st.markdown(plain(word("FORM_RECEIPT_USE", language)))
    if not kiosk:
        st.caption(plain(word("FORM_NEW_WHY", language)))
    st.button(
        word("FORM_NEW", language),
        key="again",
        type="primary" if kiosk or draft.already else "secondary",
        width="stretch",
        on_click=filling.again,
        icon=":material/note_add:",
    )
    if kiosk:
        leave(filling, KIOSK_PAUSE)


def leave(filling: Filling, pause: timedelta) -> None:
    """A kiosk forgets the person after this pause: the next one must find neither answers nor receipt."""
    seen = {"times": 0}

    @st.fragment(run_every=pause)
    def wait() -> None:
        seen["times"] += 1
        if seen["times"] > 1:
            filling.again()
            st.rerun(scope="app")

    wait()
