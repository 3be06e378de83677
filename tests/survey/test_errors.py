"""The catalogue: every message in both languages, no code used twice, every library error has words."""

import re
import unicodedata

import pytest

from analysis.estimation.errors import codes
from survey.errors import Problem, Refused, catalogue

GAP = re.compile(r"(?<!{){(\w+)[^}]*}")


def test_every_message_has_both_languages_and_the_same_gaps() -> None:
    for code, wording in catalogue().items():
        assert {"vi", "en"} <= set(wording), code
        vi, en = ({re.sub(rf"(^|_){x}$", "", gap) for gap in GAP.findall(wording[x])} for x in ("vi", "en"))
        assert vi == en, code


def test_every_error_of_the_estimation_library_has_words() -> None:
    assert set(codes()) <= set(catalogue())


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_a_wording_is_trimmed_normalised_and_without_markup(code: str) -> None:
    for text in catalogue()[code].values():
        assert text == unicodedata.normalize("NFC", text).strip()
        assert not re.search(r"</?[a-z]", text)


def test_a_problem_says_where_what_and_how() -> None:
    problem = Problem(code="TAB_BLANK", sheet="Phiếu", row=7, column="huyen")
    assert problem.say().startswith("Trang tính «Phiếu», dòng 7, cột «huyen»: Ô này trống")
    assert problem.say("en").startswith("Sheet «Phiếu», row 7, column «huyen»: This cell is empty")
    assert problem.say("tay") == problem.say("vi")


def test_a_refusal_tells_all_its_problems() -> None:
    refused = Refused([Problem(code="TAB_BLANK", row=1), Problem(code="TAB_BLANK", row=2)])
    assert refused.say().count("\n") == 1
    assert "row 2" in str(refused)
