"""Page: how many slips are there?"""

from datetime import date

import altair as alt
import streamlit as st

from survey.clock import now
from survey.collation import unit_sort_key
from survey.pages.context import may, signed_in
from survey.pages.desk import choose_round
from survey.pages.language import language, tell
from survey.pages.marks import marked
from survey.pages.round_steps import steps
from survey.proof.overdue import overdue
from survey.round import Round
from survey.site import site
from survey.store import Counts
from survey.words import day, plain, share, whole

_EVERY_SECONDS = 5
_CHANNELS = ("open", "link", "invited", "kiosk", "assisted", "paper", "import")


def show() -> None:
    """Live counts by day, place and channel; received against invited where that is known."""
    round_ = choose_round(tell("COUNTS_TITLE"))
    late = overdue(site().store, now())
    if late:
        st.warning(plain(tell("PRF_OVERDUE", rounds=", ".join(late))))
    if round_ is not None:
        _live(round_)
        marked(round_)
        _closed(round_)
        if may("dot-khao-sat"):
            st.header(tell("LIF_STATE_HEAD"), anchor=False)
            steps(round_)


def _closed(round_: Round) -> None:
    """The last checkpoint, to be read out, printed or sent away: kept elsewhere it binds all slips before it."""
    closed = site().store.checkpoints(round_.id)
    if closed:
        last = closed[-1]
        st.header(tell("PRF_LAST"), anchor=False)
        through = day(date.fromisoformat(last.through), language())
        st.caption(plain(tell("PRF_LAST_MEANS", day=through, size=last.size, short=last.root[:16])))
        st.code(last.note, language=None, wrap_lines=True)


@st.fragment(run_every=_EVERY_SECONDS)
def _live(round_: Round) -> None:
    if not signed_in():  # the session ended while the page went on refreshing itself
        st.rerun(scope="app")
    spoken = language()
    counts = site().store.counts(round_.id)
    invited = sum(round_.invited.values())
    today = counts.days.get(now().date().isoformat(), 0)
    with st.container(horizontal=True):
        st.metric(tell("COUNTS_RECEIVED"), whole(counts.total, spoken), border=True)
        st.metric(tell("COUNTS_TODAY"), whole(today, spoken), border=True)
        if invited:
            st.metric(tell("COUNTS_INVITED"), whole(invited, spoken), border=True)
            st.metric(tell("COUNTS_RETURNED"), share(counts.total, invited, spoken), border=True)
    st.caption(plain(tell("COUNTS_AS_OF", time=f"{now():%H:%M:%S}", seconds=_EVERY_SECONDS)))
    if not counts.total:
        st.info(tell("COUNTS_NONE"))
        return
    _by_day(counts)
    _by_place(round_, counts)
    st.header(tell("COUNTS_BY_CHANNEL"), anchor=False)
    channels = sorted(counts.channels.items(), key=lambda item: -item[1])
    st.table(
        [
            {
                tell("COUNTS_CHANNEL"): plain(_channel(name)),
                tell("COUNTS_SLIPS"): whole(n, spoken),
                tell("COUNTS_SHARE"): share(n, counts.total, spoken),
            }
            for name, n in channels
        ],
        hide_index=True,
    )


def _channel(name: str) -> str:
    return tell(f"COUNTS_CHANNEL_{name.upper()}") if name in _CHANNELS else name


def _by_day(counts: Counts) -> None:
    st.header(tell("COUNTS_BY_DAY"), anchor=False)
    days = [(day(date.fromisoformat(name), language()), number) for name, number in sorted(counts.days.items())]
    values = alt.InlineData(values=[{"day": name, "number": number} for name, number in days])
    bars = alt.Chart(values, height=260).mark_bar(color="#0b5394")
    axes = {
        "x": alt.X("day:N", sort=None, axis=alt.Axis(title=tell("COUNTS_DAY"), labelAngle=0, labelOverlap=True)),
        "y": alt.Y("number:Q", axis=alt.Axis(title=tell("COUNTS_SLIPS"), format="d", tickMinStep=1)),
        "tooltip": [
            alt.Tooltip("day:N", title=tell("COUNTS_DAY")),
            alt.Tooltip("number:Q", title=tell("COUNTS_SLIPS")),
        ],
    }
    latest, number = days[-1]
    said = tell("COUNTS_LATEST", day=latest, number=whole(number, language()))
    st.altair_chart(bars.encode(**axes).configure(aria=False), alt=said)
    st.caption(plain(said))


def _by_place(round_: Round, counts: Counts) -> None:
    if not round_.places:
        return
    spoken = language()
    st.header(tell("COUNTS_BY_PLACE"), anchor=False)
    by_unit = st.toggle(tell("COUNTS_BY_UNIT"), value=True, key="counts-by-unit")
    received: dict[str, int] = {}
    for place in round_.places:
        name = place.unit if by_unit else f"{place.stratum} – {place.name}"
        received[name] = received.get(name, 0) + counts.places.get(place.code, 0)
    rows = []
    for name, number in sorted(received.items(), key=lambda each: unit_sort_key(each[0])):
        row = {tell("COUNTS_PLACE"): plain(name), tell("COUNTS_GOT"): whole(number, spoken)}
        if by_unit and round_.invited:
            invited = round_.invited.get(name, 0)
            row |= {
                tell("COUNTS_SENT"): whole(invited, spoken),
                tell("COUNTS_RETURNED"): share(number, invited, spoken),
            }
        rows.append(row)
    st.table(rows, hide_index=True)
    if nowhere := counts.places.get(None, 0):
        st.caption(plain(tell("COUNTS_NOWHERE", number=whole(nowhere, spoken))))
    if silent := sum(not number for number in received.values()):
        st.warning(plain(tell("COUNTS_SILENT", number=whole(silent, spoken))))
