"""Page: how well are paper slips typed? The way to fast entry, what is to be entered twice, and how far it agrees."""

import streamlit as st

from survey.clock import today
from survey.errors import Refused
from survey.pages.context import note, person, role
from survey.pages.desk import choose_round, problems, table_of_words
from survey.pages.keyboard import address
from survey.pages.language import language, tell
from survey.questionnaire import Questionnaire, say
from survey.rating import asked_in
from survey.round import Round
from survey.site import site
from survey.twice.compare import PLACE
from survey.twice.record import Count, Record, drawn, load, set_share
from survey.twice.slip import find
from survey.words import DASH, percent, plain, whole

_WORST = 15  # questions in the table


def show() -> None:
    """The link to the keyboard, the counts, the share, the agreement by clerk and by question."""
    round_ = choose_round(tell("INT_DOUBLE_TITLE"))
    me = person()
    if round_ is None or me is None:
        return
    st.markdown(plain(tell("INT_DOUBLE_MEANS")))
    st.link_button(tell("INT_DOUBLE_TYPE"), address(round_.id, language()), type="primary", icon=":material/keyboard:")
    record = load(site().store, round_.id)
    _counts(round_, record)
    _look_up(round_, record)
    if role() in ("administrator", "analyst"):
        _share(round_, record, me)
    whole_ = record.whole
    if whole_.compared:
        st.header(tell("INT_DOUBLE_AGREEMENT"), anchor=False)
        st.markdown(plain(tell("INT_DOUBLE_RATE", **_rate(whole_))))
        _clerks(record)
        _questions(record, asked_in(site().store.questionnaire(round_.questionnaire), round_))


def _counts(round_: Round, record: Record) -> None:
    slips = site().store.responses(round_.id)  # one that was voided is not to be compared any more
    counts = {
        "PAPER": sum(slip.channel == "paper" for slip in slips),
        "DRAWN": len(drawn(slips, record.share)),
        "COMPARED": len(record.slips),
        "LEFT": len(record.left(slips)),
        "VOIDED": sum(checked.void for checked in record.slips.values()),
    }
    rows = [
        {tell("INT_WHAT"): tell(f"INT_DOUBLE_{name}"), tell("INT_COUNT"): whole(count, language())}
        for name, count in counts.items()
    ]
    table_of_words(rows, "double-counts")


def _look_up(round_: Round, record: Record) -> None:
    """What became of the slip with this number; nothing of what it says."""
    typed = st.text_input(tell("INT_DOUBLE_LOOK_UP"), key="double-number")
    if not typed.strip():
        return
    try:
        found = find(site().store, round_.id, typed, site().secret)
    except Refused as refused:
        problems(refused)
        return
    if found.stored is None:
        code = "INT_SLIP_AGAIN" if found.again else "INT_SLIP_NEW"
    elif found.mark in record.slips:
        code = "INT_SLIP_VOID" if record.slips[found.mark].void else "INT_SLIP_COMPARED"
    else:
        code = "INT_SLIP_DRAWN" if found.stored in drawn((found.stored,), record.share) else "INT_SLIP_STORED"
    st.info(plain(tell(code, number=found.number)))


def _share(round_: Round, record: Record, me: str) -> None:
    with st.form("double-share", enter_to_submit=False):
        share = st.number_input(tell("INT_DOUBLE_SHARE"), 0, 100, value=record.share, key="double-percent")
        st.caption(plain(tell("INT_DOUBLE_DRAW")))
        if not st.form_submit_button(tell("INT_DOUBLE_SET")):
            return
    try:
        set_share(site().store, round_.id, int(share), actor=me, today=today())
    except Refused as refused:
        problems(refused)
        return
    note("intake.share", f"{round_.id}: {share}")
    st.rerun()


def _clerks(record: Record) -> None:
    rows = [
        {tell("INT_DOUBLE_CLERK"): plain(name), **_figures(count)}
        for name, count in sorted(record.clerks.items(), key=lambda each: (each[1].agreement or 0, each[0]))
    ]
    st.header(tell("INT_DOUBLE_BY_CLERK"), anchor=False)
    st.caption(plain(tell("INT_DOUBLE_BY_CLERK_MEANS")))
    table_of_words(rows, "double-clerks")


def _questions(record: Record, asked: Questionnaire) -> None:
    labels = {question.name: say(question.label, language()) for question in asked.questions()}
    labels[PLACE] = tell("INT_KEYS_PLACE")
    found = [(name, count) for name, count in record.questions.items() if count.wrong]
    found.sort(key=lambda each: (each[1].agreement or 0, each[0]))
    st.header(tell("INT_DOUBLE_BY_QUESTION"), anchor=False)
    if not found:
        st.caption(plain(tell("INT_DOUBLE_ALL_AGREE")))
        return
    rows = [
        {tell("INT_QUESTION"): plain(f"{name} · {labels.get(name, '')}" if name != PLACE else labels[name])}
        | _figures(count, "INT_DOUBLE_DIFFER")
        for name, count in found[:_WORST]
    ]
    table_of_words(rows, "double-questions")


def _figures(count: Count, wrong: str = "INT_DOUBLE_WRONG") -> dict[str, str]:
    return {
        tell("INT_DOUBLE_ANSWERS"): whole(count.compared, language()),
        tell(wrong): whole(count.wrong, language()),
        tell("INT_DOUBLE_AGREE"): _rate(count)["rate"],
    }


def _rate(count: Count) -> dict[str, str]:
    rate = count.agreement
    said = {"compared": whole(count.compared, language()), "wrong": whole(count.wrong, language())}
    return {**said, "rate": DASH if rate is None else percent(rate, 2, language())}
