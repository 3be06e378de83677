"""Page: who did what at the desk, and is the log whole?"""

import streamlit as st

from survey.clock import today
from survey.collation import person_sort_key
from survey.ledger.chain import LogEntry
from survey.pages.context import note
from survey.pages.language import language, tell
from survey.proof.staff_log import Wanted, act_words, chosen, log_faults, log_file, row
from survey.site import site
from survey.words import plain, whole

_SHOWN = 300


def show() -> None:
    """The result of the check, the choices, the newest entries, and all that were chosen as a file."""
    st.title(tell("LOG_TITLE"), anchor=False)
    st.markdown(tell("LOG_MEANS"))
    entries = tuple(site().store.all_log())
    if not entries:
        st.info(tell("LOG_EMPTY"))
        return
    _checked(entries)
    found = chosen(entries, _wanted(entries))
    counts = {"count": whole(len(found), language()), "of": whole(len(entries), language())}
    st.caption(tell("LOG_COUNT", **counts))
    if len(found) > _SHOWN:
        st.caption(tell("LOG_NEWEST", count=_SHOWN))
    if not found:
        return
    st.dataframe([row(entry, language()) for entry in reversed(found[-_SHOWN:])], hide_index=True)
    st.download_button(
        tell("LOG_DOWNLOAD"),
        log_file(found, language()),
        f"{tell('LOG_FILE')}-{today():%Y%m%d}.csv",
        "text/csv",
        on_click=note,
        args=("log.download",),
        icon=":material/download:",
    )


def _checked(entries: tuple[LogEntry, ...]) -> None:
    """The newest hash is to be kept elsewhere: a log whose end was cut off is whole as far as it goes."""
    place, last = st.container(), entries[-1]
    with st.expander(tell("LOG_LAST")):
        st.markdown(tell("LOG_LAST_MEANS"))
        st.code(f"{last.number} {last.hash}", language=None, wrap_lines=True)
        kept = st.text_input(tell("LOG_KEPT"), key="log-kept", max_chars=100)
    faults = log_faults(entries, kept)
    for fault in faults:
        place.error(plain(fault.say(language())), icon=":material/link_off:")
    if not faults:
        whole_one = "LOG_WHOLE_KEPT" if kept.strip() else "LOG_WHOLE"
        place.success(tell(whole_one, count=whole(len(entries), language())), icon=":material/link:")


def _wanted(entries: tuple[LogEntry, ...]) -> Wanted:
    left, right = st.columns(2)
    actors = left.multiselect(
        tell("LOG_WHO"), sorted({entry.actor for entry in entries}, key=person_sort_key), key="log-who"
    )
    acts = right.multiselect(
        tell("LOG_ACT"),
        sorted({entry.act for entry in entries}),
        format_func=lambda act: act_words(act, language()),
        key="log-act",
    )
    about = left.text_input(tell("LOG_ABOUT_HAS"), key="log-about", max_chars=100)
    since, until = right.columns(2)
    return Wanted(
        actors=actors,
        acts=acts,
        about=about,
        since=since.date_input(tell("LOG_SINCE"), value=None, format="DD/MM/YYYY", key="log-since"),
        until=until.date_input(tell("LOG_UNTIL"), value=None, format="DD/MM/YYYY", key="log-until"),
    )
