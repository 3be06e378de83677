"""Page: can these slips be trusted? What is unusual, with its numbers; who decided what; results with and without."""

import streamlit as st

from analysis.pages.evaluated import chosen_evaluation, slips_stand
from analysis.pages.quality_decision import decide_about
from analysis.pages.quality_fates import show_fates
from analysis.pages.quality_tables import history
from analysis.scores.quality import Flag, Review, left_out, review
from analysis.scores.quality_rules import load_quality_rules
from analysis.scores.quality_slips import quality_slips
from analysis.scores.quality_words import flag_words, kind_words
from survey.errors import Refused
from survey.exclusions import Decision, decisions
from survey.pages import desk
from survey.pages.language import language, tell
from survey.questionnaire import say
from survey.round import Round
from survey.site import site
from survey.words import number, plain, whole

_NAMED = 12


def show() -> None:
    """The fates of the slips, the signs, what can be seen, the form for a decision, and the decisions that stand.

    Where every slip is left out there are no numbers, and a decision can still be taken back.
    """
    round_ = desk.choose_round(tell("QUA_TITLE"))
    if round_ is None:
        return
    evaluation = chosen_evaluation(round_)
    if evaluation is None and not site().store.counts(round_.id).total:
        return
    st.info(plain(tell("QUA_MEANS")), icon=":material/visibility:")
    st.caption(plain(tell("QUA_OURS")))
    try:
        standing = dict(decisions(site().store, round_.id))
        with st.spinner(tell("RES_COMPUTING")):
            made = reviewed(round_)
        if evaluation is not None:
            show_fates(round_, evaluation)
    except Refused as refused:
        desk.problems(refused)
        return
    places = place_names(round_)
    _signs(made, standing, places)
    _power(made)
    decide_about(round_, (*made.flags, *left_out(made, standing)), standing, places)
    history(standing)


def reviewed(round_: Round) -> Review:
    """Every check of the round's slips, excluded ones too, made once while they stay as they are."""
    total, voided, erased, _ = slips_stand(round_.id)
    return _reviewed(repr((str(site().folder), total, voided, erased, round_)), round_)


@st.cache_resource(max_entries=8, show_spinner=False)
def _reviewed(key: str, _round: Round) -> Review:
    store = site().store
    slips = quality_slips(_round, store.questionnaire(_round.questionnaire), store.responses(_round.id))
    return review(slips, load_quality_rules(), store.hours(_round.id))


def place_names(round_: Round) -> dict[str, str]:
    """Places and desks by code."""
    return {place.code: place.name for place in round_.places} | {each.code: each.name for each in round_.desks}


def _signs(made: Review, standing: dict[str, Decision], places: dict[str, str]) -> None:
    spoken, alpha = language(), made.rules.alpha
    st.header(tell("QUA_SIGNS"), anchor=False)
    if tested := len(made.tested):
        values = {"alpha": number(alpha * 100, 0, spoken), "expected": number(made.false_alarms, 1, spoken)}
        st.markdown(plain(tell("QUA_FALSE", tested=whole(tested, spoken), **values)))
    if made.untested:
        named = ", ".join(made.untested[:_NAMED]) + (", …" if len(made.untested) > _NAMED else "")
        gaps = {"least": made.rules.least_n, "others": made.rules.least_units}
        st.caption(plain(tell("QUA_UNTESTED", units=named, **gaps)))
    if not made.flags:
        st.success(plain(tell("QUA_NO_SIGNS", n=whole(len(made.slips), spoken), part=tell("QUA_POWER"))))
        return
    for strength, head in (("test", "QUA_SIGNS_TESTS"), ("list", "QUA_SIGNS_LISTS")):
        flags = [flag for flag in made.flags if flag.strength == strength]
        if flags:
            st.markdown(f"**{plain(tell(head))}**")
            desk.table_of_words([_line(flag, standing, places) for flag in flags], f"quality-{strength}")


def _line(flag: Flag, standing: dict[str, Decision], places: dict[str, str]) -> dict[str, str]:
    spoken = language()
    done = sum(1 for each in flag.slips if each in standing)
    gaps = {"done": whole(done, spoken), "all": whole(len(flag.slips), spoken)}
    return {
        tell("QUA_KIND"): f"**{plain(kind_words(flag, spoken))}**",
        tell("QUA_WHAT"): plain(flag_words(flag, places, spoken)),
        tell("QUA_DECIDED"): plain(tell("QUA_DECIDED_OF", **gaps) if flag.slips else tell("QUA_NOBODY_KNOWS")),
    }


def _power(made: Review) -> None:
    with st.expander(tell("QUA_POWER"), icon=":material/search:"):
        st.markdown(plain(tell("QUA_POWER_TEXT")))
        rules, spoken = made.rules, language()
        st.caption(plain(tell("QUA_SETTINGS", id=rules.id, version=rules.version)))
        rows = [
            {
                tell("QUA_SETTING"): plain(tell(f"QUA_SET_{name.upper()}")),
                tell("QUA_VALUE"): _value(getattr(rules, name)),
                tell("QUA_SOURCE"): plain(say(source, spoken)),
            }
            for name, _, source in rules.sources
        ]
        desk.table_of_words(rows, "quality-rules")


def _value(value: float) -> str:
    return number(value, 2, language()) if isinstance(value, float) else whole(value, language())
