"""Which questionnaires come with the product? XLSForm workbooks, each with its source and status inside."""

from functools import cache
from importlib import resources
from pathlib import Path

from survey.errors import Problem, Refused
from survey.questionnaire import Questionnaire
from survey.xlsform import read_workbook


def shipped() -> tuple[str, ...]:
    """The ids of the questionnaires that come with the product, in alphabetical order."""
    files = (entry.name for entry in resources.files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".xlsx") for name in files if name.endswith(".xlsx")))


def workbook_bytes(id: str) -> bytes:
    """The workbook of a shipped questionnaire. Raises Refused, naming the ids there are, for any other id."""
    if id not in shipped():
        raise Refused([Problem(code="XLS_INSTRUMENT_UNKNOWN", values={"got": id, "allowed": ", ".join(shipped())})])
    return resources.files(__name__).joinpath(f"{id}.xlsx").read_bytes()


def load(id_or_path: str) -> Questionnaire:
    """The shipped questionnaire of this id, or the one in the workbook at this path.

    Raises Refused for an id that is none and no path either, and for a workbook with faults.
    """
    if id_or_path in shipped():
        return _shipped(id_or_path)
    path = Path(id_or_path)
    if not path.is_file():
        return _shipped(id_or_path)
    return read_workbook(path.read_bytes(), name=path.name)


@cache
def _shipped(id: str) -> Questionnaire:
    return read_workbook(workbook_bytes(id), name=f"{id}.xlsx")
