"""How does a province put its own criteria and grades in the place of the tool's? In Excel, and by a few fields."""

from dataclasses import replace

import streamlit as st

from analysis.pages.exchange import give, take, taken
from analysis.pages.scored import SAID, Scored
from analysis.report.points_template import criteria_template
from analysis.scores.scorecard import edited
from analysis.scores.scorecard.criteria_table import read_criteria
from analysis.scores.scorecard.scheme import Band, Scheme
from survey.clock import now, today
from survey.errors import Refused
from survey.pages import desk
from survey.pages.context import note, person
from survey.pages.language import language, tell
from survey.questionnaire import say
from survey.site import site
from survey.words import plain


def rules(found: Scored) -> None:
    """The table of criteria, the edges of the grades, and the way back to the tool's own."""
    st.caption(plain(tell("SCR_CRITERIA_HOW", settings=found.scheme.settings)))
    moment, spoken = now().replace(tzinfo=None), language()
    give(
        "SCR_GET_CRITERIA",
        lambda: criteria_template(found.scheme, spoken, moment),
        f"{tell('SCR_FILE_CRITERIA')}-{found.scheme.id}",
    )
    made = take("SCR_PUT_CRITERIA", lambda table: read_criteria(table, found.scheme, _version()))
    if made is not None:
        st.markdown(plain(tell("SCR_READ_CRITERIA", count=len(made.criteria), lines=len(made.leaves()))))
        if st.button(tell("SCR_KEEP_CRITERIA"), type="primary", icon=":material/save:"):
            _keep(found, made)
    if found.scheme.bands:
        _bands(found)
    if found.scheme.id in edited.own_rules(site().store, found.round_.id) and st.button(tell("SCR_BACK")):
        _keep(found, None)


def _version() -> str:
    return tell("SCR_EDITED_VERSION", day=f"{today():%d/%m/%Y}")


def _bands(found: Scored) -> None:
    """Name and edge of every grade; who edits them says by which decision."""
    of_index = found.scheme.bands_of == "index"
    scale, most = (100, 100.0) if of_index else (1, found.scheme.max_points)
    st.subheader(tell("SCR_BANDS"), anchor=False)
    with st.form(f"bands-{found.round_.id}-{found.scheme.id}", enter_to_submit=False):
        bands = []
        for place, band in enumerate(found.scheme.bands, start=1):
            name = st.text_input(tell("SCR_BAND_NAME", place=place), value=say(band.label, "vi"), max_chars=60)
            edge = st.number_input(
                tell("SCR_BAND_EDGE_INDEX" if of_index else "SCR_BAND_EDGE_POINTS", place=place),
                0.0,
                most,
                band.at_least * scale,
                0.5,
            )
            same = name.strip() == say(band.label, "vi")
            label = band.label if same else {"vi": name.strip()}
            bands.append(replace(band, label=label, at_least=round(edge / scale, 9)))
        decision = st.text_input(tell("SCR_BAND_DECISION"), max_chars=300)
        if st.form_submit_button(tell("SCR_KEEP_BANDS"), type="primary", icon=":material/save:"):
            if not decision.strip():
                st.error(tell("SCR_BAND_WHY"))
                return
            changed = tuple(
                _decided(band, before, decision) for band, before in zip(bands, found.scheme.bands, strict=True)
            )
            _keep(found, replace(found.scheme, bands=changed, version=_version()))


def _decided(band: Band, before: Band, decision: str) -> Band:
    """An edited grade names the decision it rests on."""
    return band if band == before else replace(band, source={"vi": decision.strip()}, mark="V")


def _keep(found: Scored, made: Scheme | None) -> None:
    """Keep the rules with the round; None: the tool's own again. What they are checked for is told."""
    me, store = person(), site().store
    if me is None:
        return
    own = {id_: scheme for id_, scheme in edited.own_rules(store, found.round_.id).items() if id_ != found.scheme.id}
    content = edited.to_json([*own.values(), *([made] if made else [])])
    try:
        edited.from_json(content)
        store.save_paper(found.round_.id, edited.KIND, content, me, today().isoformat())
    except Refused as refused:
        desk.problems(refused)
        return
    note("paper.save", f"{found.round_.id}: {edited.KIND}")
    taken()
    st.session_state[SAID] = tell("SCR_SAVED")
    st.rerun()
