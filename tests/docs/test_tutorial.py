"""The tutorial for analysts is run from top to bottom and prints what it says."""

import doctest
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "huong-dan" / "tinh-lai-bang-python.md").read_text(encoding="utf-8")
BLOCKS = re.compile(r"```python\n(.*?)```", re.S)


@pytest.fixture
def program() -> doctest.DocTest:
    return doctest.DocTestParser().get_doctest("\n".join(BLOCKS.findall(TEXT)), {}, "tutorial", None, 0)


def test_every_line_prints_what_the_tutorial_says(
    program: doctest.DocTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sample_responses").symlink_to(ROOT / "sample_responses")
    monkeypatch.chdir(tmp_path)
    told: list[str] = []
    found = doctest.DocTestRunner(verbose=False).run(program, out=told.append)
    assert found.attempted > 40
    assert not found.failed, "".join(told)
    [[head, *rows]] = [list(load_workbook("q9_02-theo-huyen.xlsx").active.values)]
    assert (head[0], head[-1], len(rows)) == ("huyen", "nhãn", 11)


def test_decimals_in_the_text_are_those_that_were_printed(program: doctest.DocTest) -> None:
    printed = "\n".join(example.want for example in program.examples).replace(".", ",")
    decimals = re.findall(r"\d+,\d+", BLOCKS.sub("", TEXT))
    assert decimals
    assert not [number for number in decimals if number not in printed]
