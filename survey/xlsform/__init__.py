"""How does an official write a questionnaire? An XLSForm workbook ⇄ `Questionnaire`.

    bytes ──tables──► Table per sheet ──choices, index, settings, questions──► Questionnaire ──write──► bytes
                                              (pyxform has the last word)

`tables` knows cells and headers, the readers of one sheet each know its rules, `columns` is the vocabulary of all.
"""

from survey.xlsform.read import read_workbook
from survey.xlsform.write import write_workbook

__all__ = ["read_workbook", "write_workbook"]
