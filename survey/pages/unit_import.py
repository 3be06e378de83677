"""Units in and out as a workbook: the list, an empty table, and a file that is looked at before anything is kept."""

from collections.abc import Iterable
from functools import partial

import streamlit as st

from survey.errors import Refused
from survey.pages.desk import problems
from survey.pages.language import language, tell
from survey.pages.unit_saving import save
from survey.sheet import read_table
from survey.unit_files import FIELDS, Plan, block_word, heading, plan
from survey.unit_workbook import units_workbook
from survey.units import Registry, Unit
from survey.words import day, plain, whole

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def files(registry: Registry, revision: int) -> None:
    """The two workbooks to take away, and the upload with what it would do."""
    spoken_in = language()
    with st.container(horizontal=True):
        for code, what, name in (
            ("UNI_DOWNLOAD", registry, "danh-muc-don-vi.xlsx"),
            ("UNI_TEMPLATE", Registry(), "mau-danh-muc-don-vi.xlsx"),
        ):
            st.download_button(
                tell(code),
                data=partial(units_workbook, what, spoken_in),
                file_name=name,
                mime=_XLSX,
                disabled=code == "UNI_DOWNLOAD" and not registry.units,
                on_click="ignore",
                icon=":material/download:",
                key=code,
            )
    upload = st.file_uploader(tell("UNI_UPLOAD"), type=["xlsx", "csv"], max_upload_size=10)
    if upload is None:
        return
    try:
        planned = plan(registry, read_table(upload.getvalue(), name=upload.name))
    except Refused as refused:
        problems(refused)
        return
    _told(planned)
    if planned.registry.in_order == registry.in_order:
        return
    if st.button(tell("UNI_KEEP"), type="primary", key="units-keep"):
        said = tell("UNI_KEPT", file=upload.name, counts=_counts(planned))
        save(
            lambda: planned.registry,
            revision,
            act="units.import",
            about=f"{upload.name}: {_counts(planned)}",
            said=said,
        )


def _counts(planned: Plan) -> str:
    numbers = {"added": planned.added, "changed": planned.changed, "ended": planned.ended}
    parts = {name: whole(len(each), language()) for name, each in numbers.items()}
    return tell("UNI_PLAN", **parts, same=whole(planned.same, language()))


def _told(planned: Plan) -> None:
    """What the file would add, mend and end, each in a table."""
    st.markdown(f"**{plain(_counts(planned))}**")
    if planned.added:
        st.caption(tell("UNI_WOULD_ADD"))
        st.dataframe([_cells(unit) for unit in planned.added], hide_index=True)
    for code, pairs in (("UNI_WOULD_CHANGE", planned.changed), ("UNI_WOULD_END", planned.ended)):
        if pairs:
            st.caption(tell(code))
            st.dataframe([*_differences(pairs)], hide_index=True)


def _differences(pairs: Iterable[tuple[Unit, Unit]]) -> Iterable[dict[str, str]]:
    for before, after in pairs:
        old, new = _cells(before), _cells(after)
        for column in new:
            if old[column] != new[column]:
                yield {
                    heading("code", language()): after.code,
                    heading("name", language()): after.name,
                    tell("UNI_WHAT"): column,
                    tell("UNI_NOW"): old[column],
                    tell("UNI_THEN"): new[column],
                }


def _cells(unit: Unit) -> dict[str, str]:
    first, last = (day(each, language()) if each else "" for each in (unit.valid_from, unit.valid_to))
    before = "; ".join(unit.predecessors)
    cells = (
        unit.code, unit.name, block_word(unit.block, language()), unit.parent, first, last, before, unit.basis
    )  # fmt: skip
    return {heading(field, language()): cell for field, cell in zip(FIELDS, cells, strict=True)}
