"""docs/qd-742.md: every demand has a line, every line an answer, and every test, file or setting it names is there."""

import re
from pathlib import Path

import pytest

from survey.care.settings import KNOWN
from tests.test_threats import defined_in

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "qd-742.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("| \n").split(" | ")]
    for line in TEXT.splitlines()
    if re.match(r"\| [TC]\d+ \|", line)
]


def test_no_demand_is_left_out() -> None:
    assert [row[0] for row in ROWS] == [f"T{number}" for number in range(1, 6)] + [f"C{n}" for n in range(1, 23)]
    demanded = "\n".join(row[1] for row in ROWS)
    for word in (
        "SQL",
        "hệ điều hành",
        "RFI",
        "LFI",
        "XPath",
        "XSS",
        "CSRF",
        "phiên",
        "ngoài giờ",
        "Sao lưu",
        "nhật ký",
    ):
        assert word in demanded


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_line_says_who_does_it_and_names_what_there_is(row: list[str]) -> None:
    _, demand, who, answer, proof = row
    assert demand and answer
    assert who in ("phần mềm", "cơ quan")
    named = re.findall(r"`([^`]+)`", proof)
    assert named and proof == " ".join(f"`{each}`" for each in named)
    for each in named:
        path, _, test = each.partition("::")
        assert (ROOT / path).is_file(), path
        assert not test or test in defined_in(path), each
    assert set(re.findall(r"`(HAILONG_[A-Z_]+)`", answer)) <= KNOWN
    assert who == "cơ quan" or any("tests/" in each for each in named) or row[0] in ("T4",)
