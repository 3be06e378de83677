"""The screens around the questions: notice, staff, place, what to mend, receipt, and what a kiosk forgets."""

from html import escape
from typing import TypedDict

import streamlit as st

from survey import qr
from survey.errors import Problem, word
from survey.forms.accept import LONGEST_INTERVIEWER
from survey.forms.draft import STAFF, WHOLE, Draft, minutes, place_of
from survey.forms.filling import LAST_PAPER, Filling, place_slots, typed_slot
from survey.forms.widgets import link
from survey.ledger import grouped
from survey.questionnaire import say
from survey.round import NOTICE, place_order
from survey.words import plain

KIOSK_PAUSE = 20
"""So many seconds a kiosk shows a receipt."""
KIOSK_IDLE = 180
"""So many seconds without a touch a kiosk keeps a form that somebody began."""

RECEIPTS = "/bien-nhan"
"""Where a receipt is checked, and its slip withdrawn."""


class Patience(TypedDict):
    """After how many seconds the screen presses «again»: without a touch, and in any case. 0: never."""

    idle: int
    pause: int


def patience(filling: Filling) -> Patience:
    """A kiosk forgets whom it has seen: the next one must find neither answers nor receipt nor their language."""
    draft = filling.draft
    begun = draft.step is not None or draft.language != filling.round.languages[0]
    return Patience(
        idle=KIOSK_IDLE if filling.kiosk and begun else 0,
        pause=KIOSK_PAUSE if filling.kiosk and draft.receipt is not None else 0,
    )


def notice(filling: Filling) -> None:
    """Before the first step: what this is, who enters it, and the start button."""
    language = filling.draft.language
    opening(filling)
    summary(filling)
    typed(filling)
    if filling.draft.channel not in STAFF:
        st.caption(plain(word("FORM_START_MEANS", language)))
    st.button(
        word("FORM_START", language),
        key=f"start-{filling.draft.key}",
        type="primary",
        width="stretch",
        on_click=filling.start,
    )
    if patience(filling)["idle"]:
        start_over(filling)


def opening(filling: Filling) -> None:
    """What this is, who asks and what is kept, in short; the whole of it is one touch away. One line for the staff."""
    round_, questionnaire, language = filling.round, filling.questionnaire, filling.draft.language
    st.title(plain(say(questionnaire.title, language)), anchor=False)
    if filling.draft.resumed:
        st.info(_tell(filling, "FORM_RESUMED"), icon=":material/history:")
    if round_.demonstration:
        st.warning(_tell(filling, "FORM_DEMONSTRATION"), icon=":material/science:")
    known = place_of(round_, filling.draft.place) if filling.place_known else None
    if filling.draft.channel in STAFF:
        where = [f"**{_tell(filling, 'FORM_PLACE_KNOWN', name=known.name)}**"] if known else []
        st.markdown("\n\n".join([_tell(filling, f"FORM_STAFF_{filling.draft.channel.upper()}"), *where]))
        return
    purpose = say(questionnaire.purpose, language) or word("FORM_PURPOSE", language)
    short = word("FORM_SHORT", language, minutes=minutes(questionnaire))
    lines = "".join(f"<p>{escape(line)}</p>" for line in (purpose, short))
    place = f"<p><strong>{escape(word('FORM_PLACE_KNOWN', language, name=known.name))}</strong></p>" if known else ""
    more = f"<details><summary>{word('FORM_MORE', language)}</summary>{_whole_notice(filling)}</details>"
    # Of one piece: a markdown, an expander and what is in it are three messages to every browser.
    st.html(f'<div class="notice">{lines}{place}{more}</div>')


def _whole_notice(filling: Filling) -> str:
    """The notice as HTML: what is kept, for how long, who asks, where complaints go."""
    round_, language = filling.round, filling.draft.language
    privacy = [word(f"FORM_PRIVACY_{part}", language) for part in ("FREE", "NONE", "KEPT", "RECEIPT")]
    draft = word("FORM_KIOSK_FORGETS" if filling.kiosk else "FORM_KEPT", language)
    contact = say(round_.contact, language)
    who = [word("FORM_ROUND", language, name=round_.name), word("FORM_CONTACT", language, contact=contact)]
    parts = (
        ("FORM_PRIVACY_TITLE", [*privacy, draft]),
        ("FORM_WHO", who),
        ("FORM_COMPLAINT_TITLE", [word("FORM_COMPLAINT", language)]),
        ("", [word("FORM_PRIVACY_VERSION", language, version=NOTICE)]),
    )
    told = ""
    for title, lines in parts:
        told += f"<h2>{escape(word(title, language))}</h2>" if title else ""
        items = [escape(line) for line in lines]
        told += f"<ul><li>{'</li><li>'.join(items)}</li></ul>" if len(items) > 1 else f"<p>{items[0]}</p>"
    return told


def agreement(filling: Filling) -> str:
    """What sending means, as markdown; empty where a start button has said it."""
    return "" if filling.draft.channel in STAFF or filling.kiosk else _tell(filling, "FORM_SEND_MEANS")


def typed(filling: Filling) -> None:
    """What stands above the questions: who enters this, the number on the paper, the one-time code of the round."""
    draft = filling.draft
    last = st.session_state.get(LAST_PAPER)
    if draft.channel == "paper" and last is not None:
        number, code = last
        st.caption(_tell(filling, "FORM_LAST_PAPER", number=number or "–", receipt=grouped(code)))
    if filling.named:
        st.markdown(_tell(filling, "FORM_ENTERED_BY", name=draft.interviewer))
    fields = {
        "interviewer": draft.channel in STAFF and not filling.named,
        "slip": draft.channel == "paper",
        "invitation": filling.round.invitation_only,
    }
    for name in (name for name, wanted in fields.items() if wanted):
        st.text_input(
            word(f"FORM_{name.upper()}", draft.language),
            value=getattr(draft, name),
            max_chars=LONGEST_INTERVIEWER,
            key=typed_slot(draft, name),
            on_change="ignore",
        )


def first_box(filling: Filling) -> str:
    """The box that staff fills in first: who they are, once; then the number of each paper slip."""
    draft = filling.draft
    if draft.channel not in STAFF or draft.step not in (None, WHOLE):
        return ""
    name = "slip" if draft.interviewer and draft.channel == "paper" else "" if draft.interviewer else "interviewer"
    return name and f"{name}-{draft.key}"


def place_title(filling: Filling) -> str:
    """What is asked about the place: where one lives, or where one was served."""
    return word(
        "FORM_PLACE_TITLE_USER" if filling.round.study == "user" else "FORM_PLACE_TITLE", filling.draft.language
    )


def place(filling: Filling) -> None:
    """Where the person lives: first the stratum, then the place in it."""
    draft, places = filling.draft, sorted(filling.round.places, key=place_order)
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
    if not draft.problems and not draft.broken:
        return
    title = say(filling.questionnaire.title, language)
    st.set_page_config(page_title=f"{word('LIGHT_ERROR', language)} {title} – Hài Lòng")
    with st.container(key="summary"):
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
    text = " ".join(say(question.label, language).split())
    short = text if len(text) <= 80 else f"{text[:79].rsplit(' ', 1)[0]}…"
    return f"{link(question, short)}: {plain(problem.what(language))}"


def receipt(filling: Filling) -> None:
    """The slip is stored: its receipt code, what it is good for, and the way to a new form."""
    draft, language = filling.draft, filling.draft.language
    st.title(word("FORM_ALREADY" if draft.already else "FORM_THANKS", language), anchor=False)
    if draft.already:
        st.markdown(plain(word("FORM_ALREADY_WHY", language)))
    if filling.round.demonstration:
        st.warning(plain(word("FORM_DEMONSTRATION", language)), icon=":material/science:")
    st.header(word("FORM_RECEIPT", language), anchor=False)
    with st.container(key="receipt", border=True):
        st.markdown(grouped(str(draft.receipt)), text_alignment="center")
        if filling.kiosk and (promise := filling.promise(str(draft.receipt))):
            picture = qr.shown(promise).svg_data_uri(scale=4, border=2)
            st.html(f'<img alt="{escape(word("FORM_QR", language))}" src="{picture}" class="qr">')
    if filling.kiosk:
        more = _tell(filling, "LIGHT_KIOSK_BACK", seconds=KIOSK_PAUSE)
    else:
        links = {"LIGHT_RECEIPT_PAGE": RECEIPTS, "LIGHT_QR": f"/p/{filling.round.id}/{draft.key}?qr=1"}
        listed = "\n".join(f"- [{_tell(filling, code)}]({address})" for code, address in links.items())
        more = f"{listed}\n\n{_tell(filling, 'FORM_NEW_WHY')}"
    st.markdown(f"{_tell(filling, 'FORM_RECEIPT_USE')}\n\n{more}")
    st.button(
        word("FORM_NEW", language),
        key="again",
        type="primary" if filling.kiosk or draft.already or draft.channel in STAFF else "secondary",
        width="stretch",
        on_click=filling.again,
        icon=":material/note_add:",
    )


def start_over(filling: Filling) -> None:
    """On a kiosk: the way out for who stops half-way. The script of the page presses it when nobody is there."""
    st.button(word("FORM_START_OVER", filling.draft.language), key="again", width="stretch", on_click=filling.again)


@st.fragment
def keeper(filling: Filling) -> None:
    """What the page's script presses now and then, unseen, to have the answers put away; draws nothing else anew."""
    st.button(word("FORM_KEEP", filling.draft.language), key="keep", on_click=filling.keep)


def _tell(filling: Filling, code: str, **values: object) -> str:
    return plain(word(code, filling.draft.language, **values))
