"""Page: will the round reach what was planned, and who needs a reminder?"""

import streamlit as st

from analysis.pages.evaluated import evaluation_of, feeds
from analysis.pages.progress_tables import by_channel, codes, remind, table
from analysis.scores.progress import Forecast, elapsed, forecast, margin_at, standings
from analysis.scores.responses import round_plan
from analysis.scores.satisfaction import Row
from survey.clock import today
from survey.errors import Refused
from survey.pages import desk
from survey.pages.language import language, tell
from survey.round import Round
from survey.site import site
from survey.store import Counts
from survey.words import day, number, percent, plain, share, whole

_VIEWS = ("UNIT", "STRATUM", "CHANNEL")


def show() -> None:
    """The round's numbers against plan and calendar, the forecast, the tables, and the list of reminders."""
    round_ = desk.choose_round(tell("PRG_TITLE"))
    if round_ is None:
        return
    counts = site().store.counts(round_.id)
    units = standings(round_, counts, today(), key=lambda place: place.unit, invited=round_.invited)
    overall = _overall(round_, counts)
    seen = forecast(round_, counts, today())
    _numbers(round_, counts, seen, overall)
    _forecast_words(round_, counts, seen, overall)
    if round_.places and not _over(round_):
        remind(round_, units)
    st.header(tell("PRG_WHERE"), anchor=False)
    views = _VIEWS if round_.places else ("CHANNEL",)
    view = st.segmented_control(
        tell("PRG_VIEW"),
        views,
        default=views[0],
        format_func=lambda name: tell(f"PRG_VIEW_{name}"),
        required=True,
        key="progress-view",
    )
    if view == "CHANNEL":
        by_channel(counts)
    elif view == "STRATUM":
        table(standings(round_, counts, today(), key=lambda place: place.stratum, invited={}), "PRG_STRATUM")
    else:
        table(units, "PRG_UNIT")
    codes(round_)


def _overall(round_: Round, counts: Counts) -> Row | None:
    """The overall index as it stands, None where nothing can be estimated yet."""
    if not counts.total:
        return None
    try:
        found = evaluation_of(round_, round_plan(round_))
    except Refused:
        return None
    rows = (row for row in found.result.rows if row.level == "overall" and not row.by)
    return next((row for row in rows if row.weighted == feeds(round_)), None)


def _numbers(round_: Round, counts: Counts, seen: Forecast | None, overall: Row | None) -> None:
    spoken = language()
    wanted, invited = sum(place.wanted for place in round_.places), sum(round_.invited.values())
    with st.container(horizontal=True):
        st.metric(tell("PRG_RECEIVED"), whole(counts.total, spoken), border=True)
        if wanted:
            st.metric(tell("PRG_WANTED"), whole(wanted, spoken), border=True)
            st.metric(tell("PRG_OF_PLAN"), share(counts.total, wanted, spoken), border=True)
        elif invited:
            st.metric(tell("PRG_RATE"), share(counts.total, invited, spoken), border=True)
        if seen is not None:
            st.metric(tell("PRG_CLOSING"), whole(seen.slips, spoken), border=True)
        if overall is not None and overall.margin == overall.margin:
            st.metric(tell("PRG_MARGIN"), f"± {number(100 * overall.margin, 2, spoken)}", border=True)
    gone = elapsed(round_, today())
    if gone is not None:
        st.progress(gone, text=plain(tell("PRG_GONE", share=percent(gone, 0, spoken))))


def _forecast_words(round_: Round, counts: Counts, seen: Forecast | None, overall: Row | None) -> None:
    spoken = language()
    st.header(tell("PRG_FORECAST"), anchor=False)
    if seen is None:
        why = "PRG_OVER" if _over(round_) else "PRG_NO_LAST_DAY" if round_.closes is None else "PRG_TOO_SOON"
        st.info(plain(tell(why)))
        return
    gaps = {name: whole(getattr(seen, name), spoken) for name in ("slips", "low", "high", "looked", "left")}
    until = day(round_.closes, spoken) if round_.closes else ""
    values = {"day": until, "rate": number(seen.rate, 1, spoken), "level": percent(seen.level, 0, spoken)}
    st.markdown(plain(tell("PRG_FORECAST_SAYS", **gaps, **values)))
    if wanted := sum(place.wanted for place in round_.places):
        code = "PRG_REACHED" if seen.low >= wanted else "PRG_MISSED" if seen.high < wanted else "PRG_UNSURE"
        st.markdown(plain(tell(code, wanted=whole(wanted, spoken))))
    if overall is not None and overall.margin == overall.margin:
        ends = [number(100 * margin_at(overall.margin, counts.total, n), 2, spoken) for n in (seen.high, seen.low)]
        deff = number(overall.deff, 2, spoken)
        st.markdown(plain(tell("PRG_MARGIN_SAYS", best=ends[0], worst=ends[1], deff=deff)))
    st.caption(plain(tell("PRG_FORECAST_HOW", **gaps)))


def _over(round_: Round) -> bool:
    """Whether no more slips will come; nobody is reminded then."""
    return round_.state != "open" or (round_.closes is not None and round_.closes < today())
