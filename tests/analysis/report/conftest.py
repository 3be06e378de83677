"""The English workbook of a round without any Vietnamese data, made once for all tests."""

from dataclasses import dataclass

import pytest

from analysis.report.build import build
from analysis.report.excel import write
from analysis.report.model import Report
from tests.analysis.report.english import ABOUT, evaluation


@dataclass(frozen=True, slots=True)
class Made:
    """A report and its file."""

    report: Report
    workbook: bytes


@pytest.fixture(scope="session")
def english() -> Made:
    report = build(evaluation(), ABOUT)
    return Made(report, write(report))
