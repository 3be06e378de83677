"""docs/methods.md pins every formula to a test that exists, and speaks of files that exist."""

import ast
import json
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")
TEST = re.compile(r"`(test_\w+\.py)::(test_\w+)`")
CASES = re.compile(r"`cases\[([^\]]+)\]`")


@cache
def defined_in(name: str) -> frozenset[str]:
    """The tests that files of this name define."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "tests").rglob(name)]
    return frozenset(node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def pinned_lines() -> list[str]:
    """The lines of every table with a column «pinned by»."""
    found, inside = [], False
    for line in TEXT.splitlines():
        inside = line.endswith("| pinned by |") or (inside and line.startswith("|"))
        if inside and not line.endswith(("| pinned by |", "---|")):
            found.append(line)
    return found


@pytest.mark.parametrize(("file", "test"), sorted(set(TEST.findall(TEXT))), ids=lambda name: name)
def test_every_test_that_is_named_exists(file: str, test: str) -> None:
    assert test in defined_in(file)


def test_every_family_of_cases_that_is_named_is_in_the_reference_and_every_family_is_named() -> None:
    files = sorted((ROOT / "tests" / "reference").glob("cases_*.json"))
    known = {case["family"] for file in files for case in json.loads(file.read_text(encoding="utf-8"))["cases"]}
    assert {family for named in CASES.findall(TEXT) for family in named.split(", ")} == known


def test_every_formula_is_pinned() -> None:
    lines = pinned_lines()
    assert len(lines) > 100
    assert not [line for line in lines if not TEST.search(line.rpartition(" | ")[2]) and not CASES.search(line)]


def test_every_file_that_is_named_exists() -> None:
    named = re.findall(r"`((?:docs|analysis|survey|tests|benchmarks|sample_responses)/[\w./-]*)`", TEXT)
    assert named
    assert not [path for path in named if not (ROOT / path).exists()]
