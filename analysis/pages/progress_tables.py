"""Part of the progress page: who needs a reminder; slips by unit, stratum, channel; one-time codes that were used."""

from collections.abc import Sequence

import streamlit as st

from analysis.pages.exchange import give
from analysis.report.progress_table import reminder_list
from analysis.scores.progress import Standing, reminders
from survey.clock import now
from survey.pages.language import language, tell
from survey.round import Round
from survey.site import site
from survey.store import Counts
from survey.words import DASH, plain, share, whole

_LISTED = 20


def table(found: Sequence[Standing], head: str) -> None:
    """One row each; what nobody knows has no column. `head`: the code of the first column's heading."""
    spoken = language()
    planned, sent = any(each.wanted is not None for each in found), any(each.invited for each in found)
    paced = any(each.due is not None for each in found)
    rows = []
    for each in found:
        row = {
            tell(head): plain(each.name or tell("PRG_NOWHERE")),
            tell("PRG_RECEIVED"): whole(each.received, spoken),
        }
        if planned:
            row[tell("PRG_WANTED")] = _count(each.wanted)
            row[tell("PRG_OF_PLAN")] = share(each.received, each.wanted or 0, spoken)
            row[tell("PRG_MISSING")] = _count(each.missing)
        if paced:
            row[tell("PRG_DUE")] = _count(None if each.due is None else round(each.due))
        if sent:
            row[tell("PRG_INVITED")] = _count(each.invited)
            row[tell("PRG_RATE")] = share(each.received, each.invited or 0, spoken)
        rows.append(row)
    st.table(rows, hide_index=True)
    if silent := sum(1 for each in found if not each.received):
        st.warning(plain(tell("PRG_SILENT", count=whole(silent, spoken))))


def remind(round_: Round, units: Sequence[Standing]) -> None:
    """Which units need a reminder, the farthest behind first, and the list of them as a file."""
    st.header(tell("PRG_REMIND"), anchor=False)
    late = [each for each in reminders(units) if each.name]
    if not late:
        known = any(each.due is not None or each.invited for each in units)
        st.info(plain(tell("PRG_REMIND_NONE" if known else "PRG_REMIND_UNKNOWN")))
        return
    table(late[:_LISTED], "PRG_UNIT")
    if len(late) > _LISTED:
        st.caption(plain(tell("PRG_MORE", shown=_LISTED, all=whole(len(late), language()))))
    moment = now().replace(tzinfo=None, microsecond=0)
    name = f"{tell('PRG_LIST_FILE')}-{round_.id}-{moment:%Y%m%d}"
    give("PRG_LIST_GET", lambda: reminder_list(late, round_.name, language(), moment), name)


def by_channel(counts: Counts) -> None:
    """Slips by the way they came, the commonest first."""
    if not counts.total:
        st.info(plain(tell("PRG_NONE_YET")))
        return
    spoken = language()
    st.table(
        [
            {
                tell("COUNTS_CHANNEL"): plain(tell(f"COUNTS_CHANNEL_{name.upper()}")),
                tell("PRG_RECEIVED"): whole(each, spoken),
                tell("COUNTS_SHARE"): share(each, counts.total, spoken),
            }
            for name, each in sorted(counts.channels.items(), key=lambda item: -item[1])
        ],
        hide_index=True,
    )


def codes(round_: Round) -> None:
    """One-time codes that were issued and used, by unit; nothing where there are none, or no more."""
    issued = site().store.invitation_places(round_.id)
    if not issued:
        return
    unit_of = {place.code: place.unit for place in round_.places}
    units: dict[str, list[int]] = {unit: [0, 0] for unit in unit_of.values()} | {tell("PRG_NOWHERE"): [0, 0]}
    for place, (given, used) in issued.items():
        sums = units[unit_of.get(place or "", tell("PRG_NOWHERE"))]
        sums[0], sums[1] = sums[0] + given, sums[1] + used
    st.header(tell("PRG_CODES"), anchor=False)
    st.table(
        [
            {
                tell("PRG_UNIT"): plain(name),
                tell("PRG_CODES_ISSUED"): whole(given, language()),
                tell("PRG_CODES_USED"): whole(used, language()),
                tell("PRG_CODES_RATE"): share(used, given, language()),
            }
            for name, (given, used) in units.items()
            if given
        ],
        hide_index=True,
    )
    st.caption(plain(tell("PRG_CODES_MEANS")))


def _count(value: int | None) -> str:
    return DASH if value is None else whole(value, language())
