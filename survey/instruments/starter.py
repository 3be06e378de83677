"""What does somebody begin with who writes a questionnaire of their own? A workbook with one example of everything."""

from functools import cache
from importlib import resources

from survey.instruments.build import read_source
from survey.xlsform import write_workbook


@cache
def starter_workbook() -> bytes:
    """The workbook (xlsx): guidance in Vietnamese, lists to choose from, example rows to write over."""
    source = resources.files("survey.instruments").joinpath("starter_form", "phieu_mau.toml")
    return write_workbook(read_source(source.read_text(encoding="utf-8")))
