"""Part of a page: what do the columns of this file mean? A person puts right what was worked out."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import streamlit as st

from survey.collation import unit_sort_key
from survey.incoming.files import Source
from survey.incoming.matching import Matching
from survey.incoming.shapes import plainly
from survey.incoming.template import shown_place
from survey.incoming.trial import Trial
from survey.pages.language import language, tell
from survey.questionnaire import Question, Questionnaire, say
from survey.round import Round
from survey.words import plain

_ASKED_BACK = {"INT_NOTHING", "INT_ITEMS", "INT_DAY_ORDER", "INT_NO_DAY", "INT_NO_PLACE", "INT_PLACE"}
_LONGEST, _LISTED = 90, 15
_ORDER = {"": None, "day": True, "month": False}


def matched_by_hand(
    source: Source, matching: Matching, tried: Trial, round_: Round, asked: Questionnaire
) -> Matching | None:
    """The form with strange cells, columns, day and place; what was applied in it, None if nothing was.

    It stands open where the trial has found something that only a person can say.
    """
    open_ = bool(tried.strange or tried.places or tried.codes & _ASKED_BACK)
    with st.expander(tell("INT_MATCHING"), expanded=open_, icon=":material/tune:"):
        every = st.toggle(tell("INT_EVERY"), key="import-every")
        with st.form("import-matching", enter_to_submit=False):
            values = _strange(matching, tried, asked)
            questions = _questions(source, matching, asked, every=every)
            changed = _where(source, matching, tried, round_)
            applied = st.form_submit_button(tell("INT_APPLY"), icon=":material/refresh:")
    return replace(changed, questions=questions, values=values) if applied else None


def _questions(source: Source, matching: Matching, asked: Questionnaire, *, every: bool) -> Mapping[str, str]:
    """Question by question the column; those that have one only where `every` question is wanted."""
    chosen = dict(matching.questions)
    open_ = [
        question for question in asked.questions() if question.kind != "note" and question.name not in matching.parts
    ]
    wanted = [question for question in open_ if every or question.name not in chosen]
    st.markdown(f"**{tell('INT_TAB_COLUMNS')}**")
    left = sum(question.name not in chosen for question in open_)
    st.caption(plain(tell("INT_COLUMNS_MEANS", left=left) if left else tell("INT_COLUMNS_ALL")))
    for question in wanted:
        column = _column(_short(question), source, chosen.get(question.name, ""), f"column-{question.name}")
        if column:
            chosen[question.name] = column
        else:
            chosen.pop(question.name, None)
    used = _used(matching) | set(chosen.values()) | source.shape.own
    unused = [_head(head) for head in source.table.headers if head not in used]
    if unused:
        more = f" … (+{len(unused) - _LISTED})" if len(unused) > _LISTED else ""
        st.caption(plain(tell("INT_UNUSED", columns=", ".join(unused[:_LISTED]) + more)))
    return chosen


def _where(source: Source, matching: Matching, tried: Trial, round_: Round) -> Matching:
    """Columns of identity, day, place and interviewer, and what stands in where the file says none."""
    st.markdown(f"**{tell('INT_TAB_WHERE')}**")
    identity = st.multiselect(
        tell("INT_IDENTITY"), source.table.headers, default=list(matching.identity), format_func=_head, key="import-id"
    )
    st.caption(plain(tell("INT_IDENTITY_MEANS")))
    day = _column(tell("INT_DAY"), source, matching.day, "import-day")
    order = st.radio(
        tell("INT_ORDER"),
        list(_ORDER),
        index=list(_ORDER.values()).index(matching.day_first),
        format_func=lambda key: tell(f"INT_ORDER_{key.upper() or 'OPEN'}"),
        key="import-order",
    )
    one_day = st.date_input(
        tell("INT_ONE_DAY"),
        value=date.fromisoformat(matching.one_day) if matching.one_day else None,
        format="DD/MM/YYYY",
        key="import-one-day",
    )
    changed = replace(
        matching,
        identity=tuple(identity),
        day=day,
        day_first=_ORDER[order],
        one_day=one_day.isoformat() if isinstance(one_day, date) else "",
    )
    if len(round_.places) > 1 or tried.places:
        changed = _places(source, changed, tried, round_)
    changed = replace(changed, interviewer=_column(tell("INT_WHO"), source, matching.interviewer, "import-who"))
    if source.shape.name in ("limesurvey", "table"):
        changed = replace(changed, submitted=_column(tell("INT_SUBMITTED"), source, matching.submitted, "import-sent"))
        changed = replace(changed, half=st.checkbox(tell("INT_HALF"), value=matching.half, key="import-half"))
    if source.shape.state:
        rejected = st.checkbox(tell("INT_REJECTED"), value=matching.rejected, key="import-rejected")
        changed = replace(changed, rejected=rejected)
    return changed


def _places(source: Source, matching: Matching, tried: Trial, round_: Round) -> Matching:
    names = {place.code: shown_place(place) for place in round_.places}
    codes = ["", *sorted(names, key=lambda code: unit_sort_key(names[code]))]
    column = _column(tell("INT_PLACE_COLUMN"), source, matching.place, "import-place")

    def choose(label: str, chosen: str, key: str) -> str:
        at = codes.index(chosen) if chosen in codes else 0
        return str(st.selectbox(label, codes, index=at, format_func=lambda code: names.get(code, "–"), key=key))

    one = choose(tell("INT_ONE_PLACE"), matching.one_place, "import-one-place")
    said = dict(matching.places)
    for text, count in tried.places.items():
        code = choose(plain(tell("INT_PLACE_SAID", text=text, count=count)), said.get(text, ""), f"place-{text}")
        if code:
            said[text] = code
    return replace(matching, place=column, one_place=one, places=said)


def _strange(matching: Matching, tried: Trial, asked: Questionnaire) -> Mapping[str, Mapping[str, str]]:
    """For each cell that is no option of its question: which option it means, or that it says nothing."""
    found = {name: dict(said) for name, said in matching.values.items()}
    questions = {question.name: question for question in asked.questions()}
    cells = [
        (name, text, count)
        for (name, text), count in tried.strange.items()
        if ": " not in text or name not in matching.parts
    ]
    if cells:
        st.markdown(f"**{tell('INT_TAB_STRANGE')}**")
    for name, text, count in cells:
        question = questions[name]
        labels = {each.value: say(each.label, language()) for each in question.scale.options} if question.scale else {}
        words = {"?": tell("INT_CHOOSE"), **labels, "": tell("INT_SAYS_NOTHING")}
        said = tell("INT_STRANGE", question=_short(question), text=text[:_LONGEST], count=count)
        chosen = st.selectbox(plain(said), list(words), format_func=words.__getitem__, key=f"strange-{name}-{text}")
        if chosen != "?":
            found.setdefault(name, {})[plainly(text)] = str(chosen)
    return found


def _column(label: str, source: Source, chosen: str, key: str) -> str:
    columns = ["", *source.table.headers]
    at = columns.index(chosen) if chosen in columns else 0
    return str(st.selectbox(plain(label), columns, index=at, format_func=_head, key=key))


def _head(column: str) -> str:
    text = " ".join(column.split())
    return f"{text[:_LONGEST]}…" if len(text) > _LONGEST else text or "–"


def _short(question: Question) -> str:
    return f"{question.name} · {_head(say(question.label, language()))}"


def _used(matching: Matching) -> set[str]:
    parts = (column for columns in matching.parts.values() for column in columns.values())
    return {*matching.identity, matching.day, matching.place, matching.interviewer, *parts}
