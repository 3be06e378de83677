"""Is this workbook a questionnaire, and if not, what are all its faults?"""

from collections.abc import Sequence

from survey.errors import Problem, Refused
from survey.questionnaire import Questionnaire
from survey.xlsform.parts import read_choices, read_index, read_settings
from survey.xlsform.questions import read_survey
from survey.xlsform.second import second_opinion
from survey.xlsform.tables import Table, read_tables


def read_workbook(data: bytes, *, name: str) -> Questionnaire:
    """The questionnaire in an XLSForm workbook (xlsx). `name` is the file's name, for the messages.

    Raises Refused with every fault found, each with sheet, row and column where it has them.
    """
    tables, cell_faults = read_tables(data, name)
    survey, choices, index_table = tables["survey"], tables["choices"], tables["index"]
    faults: list[Problem] = []
    scales = read_choices(choices, faults)
    index = read_index(index_table, faults)
    settings = read_settings(tables["settings"], faults)
    sections = read_survey(
        survey,
        None if _unreadable(choices) else scales,
        None if _unreadable(index_table) else index,
        faults,
        options_known=not any(fault.sheet == choices.sheet for fault in cell_faults + faults),
    )
    languages = survey.languages("label")
    unclear = not survey.complete or any(fault.code == "XLS_LANGUAGE" for fault in cell_faults)
    for table in () if unclear else tables.values():
        for column, header in table.headers.items():
            if column.language and column.language not in languages:
                known = ", ".join(languages)
                values = {"got": column.language, "allowed": known}
                faults.append(
                    Problem(code="XLS_LANGUAGE_UNKNOWN", sheet=table.sheet, row=1, column=header, values=values)
                )
    if not unclear and settings.default not in languages:
        faults.append(tables["settings"].fault("XLS_DEFAULT_LANGUAGE", 2, "default_language", got=settings.default))
    # A cell that could not be read has had its message; what follows from its emptiness would only distract.
    told = {(fault.sheet, fault.row, fault.column) for fault in cell_faults}
    found = cell_faults + [fault for fault in faults if (fault.sheet, fault.row, fault.column) not in told]
    found = found or second_opinion(tables, settings.id, settings.default)
    if found:
        order = [table.sheet for table in tables.values()]
        raise Refused(sorted(found, key=lambda fault: _place(fault, order)))
    return Questionnaire(
        id=settings.id,
        version=settings.version,
        title=settings.title,
        languages=tuple(sorted(languages, key=lambda language: language != settings.default)),
        sections=sections,
        index=index,
        study=settings.study,
        source=settings.source,
        status=settings.status,
        purpose=settings.purpose,
    )


def _place(problem: Problem, order: Sequence[str]) -> tuple[int, int]:
    """Sheet by sheet, row by row; what concerns the whole file first."""
    return order.index(problem.sheet) if problem.sheet in order else -1, problem.row or 0


def _unreadable(table: Table) -> bool:
    """Whether a sheet is there and still says nothing that could be relied on."""
    return bool(table.headers or table.rows) and not table.complete
