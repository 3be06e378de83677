"""How the answers are shared out among the strata: the rule, its bounds, and the table of what comes of it."""

from dataclasses import replace
from math import isnan

import streamlit as st

from analysis.setup.frame import Frame
from analysis.setup.plan import Plan
from analysis.setup.sharing import RULES, Shared, Sharing, share_out
from survey.pages.desk import table_of_words
from survey.pages.language import language, tell
from survey.round import Round
from survey.words import percent, plain, whole


def share(round_: Round, plan: Plan, frame: Frame) -> Plan:
    """The plan with the rule that is chosen, and its outcome on the page. Raises EstimationError."""
    key = f"setup-{round_.id}-sharing"
    st.header(tell("SET_SHARING"), anchor=False)
    rule = st.radio(
        tell("SET_RULE"),
        RULES,
        index=RULES.index(plan.sharing.rule),
        format_func=lambda each: tell(f"SET_RULE_{each.upper()}"),
        captions=[tell(f"SET_RULE_{each.upper()}_MEANS") for each in RULES],
        key=f"{key}-rule",
    )
    with st.container(horizontal=True):
        least = st.number_input(
            tell("SET_SHARE_LEAST"), 0, 100_000, plan.sharing.least or round_.least, key=f"{key}-least"
        )
        most = st.number_input(tell("SET_SHARE_MOST"), 0, 100_000, plan.sharing.most, key=f"{key}-most")
    shares = _shares(plan, frame, key) if rule == "neyman" else dict(plan.sharing.shares)
    sharing = Sharing(rule=rule, least=int(least), most=int(most), shares=shares)
    show_shared(share_out(frame, plan.aim, sharing, plan.answers), plan)
    return replace(plan, sharing=sharing)


def _shares(plan: Plan, frame: Frame, key: str) -> dict[str, float]:
    """The share expected in each stratum, as an earlier round found it."""
    st.caption(plain(tell("SET_SHARES_MEAN")))
    found = {}
    for name in frame.strata:
        shown = round(100 * plan.sharing.shares.get(name, plan.aim.share), 2)
        found[name] = round(st.number_input(plain(name), 1.0, 99.0, shown, 1.0, key=f"{key}-{name}") / 100, 6)
    return found


def show_shared(shared: Shared, plan: Plan) -> None:
    """One row a stratum, and what the whole will reach."""
    spoken = language()
    rows = [
        {
            tell("SET_SHARED_STRATUM"): plain(f"{each.name} ({whole(each.people, spoken)})"),
            tell("SET_DRAW_WANTED"): whole(each.answers, spoken) + (" *" if each.bound else ""),
            tell("SET_SHARED_PSUS"): f"{whole(each.take, spoken)} / {whole(each.psus, spoken)}",
            tell("SET_SIZE_REAL"): f"± {percent(each.half_width, 2, spoken)}",
        }
        for each in shared.strata
    ]
    table_of_words(rows, "shared")
    if any(each.bound for each in shared.strata):
        st.caption(plain(tell("SET_SHARED_BOUND")))
    total = whole(shared.answers, spoken)
    if isnan(shared.half_width):
        st.warning(plain(tell("SET_SHARED_ALONE", answers=total)))
        return
    reached = percent(shared.half_width, 2, spoken)
    st.markdown(
        plain(tell("SET_SHARED_WHOLE", answers=total, reached=reached, level=percent(plan.aim.level, 0, spoken)))
    )
    st.caption(plain(tell("SET_SIZE_OURS")))
