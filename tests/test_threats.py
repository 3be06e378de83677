"""docs/threats.md speaks of every threat, and of tests and files that exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")
THREATS = [f"T{number}" for number in range(1, 19)]
PARTS = dict(zip(*[iter(re.split(r"^## (T\d+) ", TEXT, flags=re.MULTILINE)[1:])] * 2, strict=True))
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
NAMED = re.compile(r"`((?:docs|analysis|survey|tests|benchmarks|sample_responses)/[\w./-]+)(?:::\w+)?`")


@cache
def defined_in(path: str) -> frozenset[str]:
    """The tests of a file that a run collects: functions of the module, and methods of its Test classes."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    bodies = [tree.body, *(node.body for node in tree.body if isinstance(node, ast.ClassDef))]
    return frozenset(
        node.name for body in bodies for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def test_every_threat_has_a_line_in_the_table_and_a_part_in_the_same_order() -> None:
    assert re.findall(r"^\| (T\d+) \| [^|]+ \| [^|]{5,} \|$", TEXT, re.MULTILINE) == THREATS
    assert list(PARTS) == THREATS


@pytest.mark.parametrize("threat", THREATS)
def test_a_threat_is_told_whole_what_is_not_done_included(threat: str) -> None:
    told = re.findall(r"^\*\*(.+?)\.\*\*(.*)", PARTS[threat], re.MULTILINE)
    assert [name for name, _ in told] == ["Who and how", "Now", "Not", "Proof"]
    assert all(len(text) > 20 for name, text in told if name != "Proof")


@pytest.mark.parametrize("threat", THREATS)
def test_every_test_that_is_named_exists(threat: str) -> None:
    proof = PARTS[threat].partition("**Proof.**")[2]
    named = TEST.findall(proof)
    assert len(named) >= 3
    assert len(set(named)) == len(named)
    assert proof.count("`") == 2 * len(named), "something among the proofs is no test"
    assert [f"{path}::{test}" for path, test in named if test not in defined_in(path)] == []


def test_every_file_that_is_named_exists() -> None:
    named = NAMED.findall(TEXT)
    assert len(named) > 50
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_no_proof_is_written_for_this_table_and_then_not_named() -> None:
    written = {
        (path.relative_to(ROOT).as_posix(), test)
        for path in (ROOT / "tests" / "security").glob("test_*.py")
        for test in defined_in(path.relative_to(ROOT).as_posix())
        if test.startswith("test_")
    }
    assert {test for _, test in written - set(TEST.findall(TEXT))} <= {
        "test_the_source_is_really_read",
        "test_no_secret_stands_in_the_source",
    }
