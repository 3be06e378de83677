"""Which file does somebody print? The paper form of a questionnaire or round, as PDF or Word."""

from collections.abc import Sequence
from typing import Literal

from survey.print.paper import paper_form
from survey.print.pdf import pdf_file
from survey.print.word_file import word_file
from survey.questionnaire import Questionnaire
from survey.rating import as_examples, asked_in
from survey.round import Place, Round

Kind = Literal["pdf", "docx"]


def paper_file(
    questionnaire: Questionnaire,
    round_: Round | None,
    language: str,
    kind: Kind,
    *,
    numbers: Sequence[str] = (),
    place: Place | None = None,
    office: str = "",
) -> bytes:
    """The form: a copy for each of the slip `numbers`, one blank copy without.

    `questionnaire` as it is stored; the units that the round rates are put in, the workbook's examples without a round.
    `place` and `office` stand in the head; empty, a dotted line does.
    """
    asked = asked_in(questionnaire, round_) if round_ is not None else as_examples(questionnaire)
    form = paper_form(asked, language, round_=round_, place=place, office=office)
    return pdf_file(form, numbers) if kind == "pdf" else word_file(form, numbers)
