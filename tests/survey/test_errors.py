"""The catalogue: every message in both languages, no code used twice, every library error has words."""

import re
import unicodedata
from datetime import date

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


def test_what_a_problem_names_is_told_in_its_language_too() -> None:
    inner = Refused([Problem(code="RND_DAYS", values={"opens": date(2026, 11, 5), "closes": date(2026, 11, 4)})])
    problem = Problem(code="EVA_NOT_ADJUSTED", values={"reason": inner})
    assert "(04/11/2026) phải từ ngày bắt đầu (05/11/2026)" in problem.say()
    assert "last day (4 Nov 2026) must not be before the first (5 Nov 2026)" in problem.say("en")
    level = Problem(code="MAR_LEVEL", values={"level": {"vi": "1 (Nam)", "en": "1 (Male)"}})
    assert "1 (Male)" in level.say("en") and "1 (Nam)" in level.say("tay")


def test_a_refusal_tells_all_its_problems() -> None:
    refused = Refused([Problem(code="TAB_BLANK", row=1), Problem(code="TAB_BLANK", row=2)])
    assert refused.say().count("\n") == 1
    assert "row 2" in str(refused)
