"""Page: which files do I take with me? Every file of the round, each with a look inside before it leaves."""

import streamlit as st

from analysis.pages.document_head import HEAD, about, asked_head, own_template
from analysis.pages.evaluated import evaluated, rests_on
from analysis.pages.made_first import made_first
from analysis.pages.previews import preview
from analysis.pages.publishing import publish
from analysis.report.datafiles import Separator
from analysis.report.detach import detached
from analysis.report.extras import Extras
from analysis.report.files import SUFFIXES, Export, Kind, separator_of
from analysis.report.gather import gather
from analysis.report.stream import Tell
from analysis.scores.evaluate import Evaluation
from survey.clock import now
from survey.errors import Refused
from survey.pages import desk
from survey.pages.context import note
from survey.pages.language import language, tell
from survey.round import Round
from survey.site import site
from survey.words import number, plain

_ICON = ":material/download:"
_SIGNS = {";": "OUT_SEMICOLON", ",": "OUT_COMMA"}


def show() -> None:
    """What goes on the head of the documents, the files, a look inside, and the file for the public."""
    found = evaluated(tell("RES_DOWNLOAD_TITLE"))
    if found is None:
        return
    round_, evaluation = found
    st.markdown(plain(tell("OUT_WHAT", slips=number(len(evaluation.sample), 0, language()))))
    st.caption(plain(tell("RES_DOWNLOAD_CARE")))
    facts = about(round_, language(), **asked_head())
    try:
        extras = _gathered(rests_on(round_, evaluation), round_, evaluation)
    except Refused as refused:
        desk.problems(refused)
        return
    export = Export(evaluation=evaluation, about=facts, extras=extras)
    template = own_template()
    st.header(tell("OUT_FILES"), anchor=False)
    for kind in export.kinds:
        _file(round_, export, kind, template)
    st.header(tell("OUT_PREVIEW"), anchor=False)
    shown: Kind | None = st.selectbox(
        tell("OUT_PREVIEW_OF"), export.kinds, None, _named, "exports-preview", placeholder=tell("OUT_PREVIEW_NONE")
    )
    if shown is not None:
        _look_inside(export, shown)
    st.header(tell("OUT_PUBLIC"), anchor=False)
    publish(round_, evaluation, facts)


@st.cache_resource(max_entries=8, show_spinner=False)
def _gathered(key: str, _round: Round, _evaluation: Evaluation) -> Extras:
    return gather(site().store, _round, _evaluation)


def _look_inside(export: Export, kind: Kind) -> None:
    try:
        with st.spinner(tell("OUT_MAKING")):
            preview(export, kind)
    except Refused as refused:
        desk.problems(refused)


def _named(kind: str) -> str:
    return tell(f"OUT_FILE_{kind.upper()}")


def _file(round_: Round, export: Export, kind: Kind, template: bytes | None) -> None:
    """One file: what it is, and its button."""
    suffix, media = SUFFIXES[kind]
    name = f"{tell(f'OUT_NAME_{kind.upper()}')}-{round_.id}-{now():%Y%m%d}{suffix}"
    separator = separator_of(language())
    taken = ("export.file", name)
    with st.container(border=True):
        st.markdown(f"**{plain(_named(kind))}** ({suffix})  \n{plain(tell(f'OUT_ABOUT_{kind.upper()}'))}")
        if kind == "csv":
            both: tuple[Separator, ...] = (";", ",")
            separator = st.radio(
                tell("OUT_SEPARATOR"), both, both.index(separator), lambda sign: tell(_SIGNS[sign]), horizontal=True
            )

        def make(progress: Tell = lambda _: None) -> bytes:
            return export.make(kind, template=template, separator=separator, tell=progress)

        if (kind == "word" and template is not None) or detached(export.figures):
            key = (
                kind,
                round_.id,
                id(export.evaluation),
                id(export.extras),
                separator,
                template,
                *(getattr(export.about, h) for h in HEAD),
            )
            made_first(make, key, _named(kind), name, media, taken)
            return
        label = tell("OUT_GET", file=_named(kind))
        st.download_button(label, make, name, media, key=f"get-{kind}", on_click=note, args=taken, icon=_ICON)
