"""A report in English: every word of it, the same numbers, names that Excel takes; the Vietnamese one as before."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, get_args

import openpyxl
import pytest

from analysis.report import sheets
from analysis.report.build import build
from analysis.report.excel import write
from analysis.report.margins import margins_template
from analysis.report.model import Formula, Number, Report, Sheet, Text, legal_name
from analysis.report.rerun.folder import FILES, file_names, rerun_folder
from analysis.scores.plan import Adjust, Df, Interval, Mode, RakeVariance, Weighting
from survey.errors import catalogue, languages, word
from survey.forms.accept import CHANNELS
from survey.instruments import load
from survey.questionnaire import Kind, Role
from tests.analysis.report import rounds
from tests.analysis.report.conftest import Made
from tests.analysis.report.english import ABOUT, NAMES, evaluation, foreign

WORDS = {code: wording for code, wording in catalogue().items() if code.startswith(("RPT_", "CLI_", "REL_", "EVA_"))}


def texts(report: Report) -> Iterator[str]:
    """Everything a person can read in a report."""
    yield report.title
    for sheet in report.sheets:
        yield from (sheet.name, sheet.title, sheet.table.name, *(column.header for column in sheet.table.columns))
        yield from (name.name for name in sheet.names)
        for choices in sheet.choices:
            yield from (choices.title, choices.message, *choices.values)
        if sheet.chart is not None:
            yield from (sheet.chart.title, sheet.chart.alt, sheet.chart.source)
        for _, _, cell in sheet.cells():
            if isinstance(cell, Text | Formula):
                yield str(cell.value)
            if isinstance(cell, Formula):
                yield cell.expression


def test_no_part_of_the_english_file_holds_a_vietnamese_letter_outside_names(english: Made) -> None:
    """Cells, sheet names, comments, charts, alternative texts, rules, properties, headers and footers: all its XML."""
    with zipfile.ZipFile(io.BytesIO(english.workbook)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert any("charts/chart" in name for name in parts) and "docProps/core.xml" in parts
    assert NAMES.search(parts["docProps/core.xml"]), "the author is the product, by its name"
    for name, part in parts.items():
        assert not foreign(part), (name, re.findall(r"[^<>]*", part)[:1])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"adjust": "none", "margins": (), "weight": None, "mode": "items", "interval": "t"}, {"feeds": "unweighted"}),
        ({"by": (), "df": "domain", "interval": "wilson", "study": "volunteer"}, {"demonstration": True}),
        ({"by": ("sex",), "interval": "beta", "adjust": "poststratify", "mode": "weights"}, {"study": "something"}),
    ],
)
def test_other_choices_are_told_in_english_too(changes: dict[str, Any], said: dict[str, Any]) -> None:
    report = build(evaluation(**changes), replace(ABOUT, **said))
    assert [text for text in texts(report) if foreign(text)] == []


def test_english_words_of_files_and_commands_have_no_vietnamese_letter() -> None:
    assert [code for code, wording in WORDS.items() if foreign(wording["en"])] == []


@pytest.mark.parametrize("language", languages())
def test_names_that_formulas_use_are_legal_and_distinct_in_every_language(language: str) -> None:
    def named(*beginnings: str) -> list[str]:
        return [word(code, language).casefold() for code in WORDS if code.startswith(beginnings)]

    called, columns, titles = named("RPT_TABLE_", "RPT_NAME_"), named("RPT_COLUMN_"), named("RPT_SHEET_")
    assert len(called) > 20 and len(columns) == 8 and len(titles) >= 27
    for names in (called, columns, titles):
        assert len(set(names)) == len(names)
    for name in (*called, *columns):
        assert re.fullmatch(r"[a-z][a-z0-9_]*", legal_name(name))
    assert all(len(title) <= 31 and not re.search(r"[/\\:*?\[\]']", title) for title in titles)


def test_the_numbers_are_those_of_the_vietnamese_report(english: Made) -> None:
    vietnamese = build(evaluation(), replace(ABOUT, language="vi"))
    assert [len(sheet.table.rows) for sheet in vietnamese.sheets] == [len(s.table.rows) for s in english.report.sheets]

    def numbers(sheet: Sheet) -> list[tuple[int, int, float]]:
        found = ((row - sheet.header_row, column, cell) for row, column, cell in sheet.cells())
        return [
            (r, c, x.value) for r, c, x in found if isinstance(x, Number | Formula) and not isinstance(x.value, str)
        ]

    for one, other in zip(vietnamese.sheets, english.report.sheets, strict=True):
        assert numbers(one) == numbers(other), one.name


def test_the_same_input_gives_the_same_bytes_in_english_too(english: Made) -> None:
    assert write(build(evaluation(), ABOUT)) == english.workbook


def test_dates_and_numbers_in_sentences_are_written_the_english_way(english: Made) -> None:
    book = openpyxl.load_workbook(io.BytesIO(english.workbook), read_only=True)
    facts = dict(row[:2] for row in book["01 The survey round"].iter_rows(values_only=True))
    assert facts["Days of the first and last slip"] == "1 Nov 2022 – 28 Nov 2022"
    assert facts["Confidence level"] == "95%"
    trace = dict(row[:2] for row in book["Trace"].iter_rows(values_only=True))
    assert trace["Slips; sum of weights"] == "60; 1,000.0000"
    assert trace["Made at"] == "08:30 on 5 Dec 2022"
    cover = dict(row[:2] for row in book["Cover"].iter_rows(values_only=True))
    assert re.match(r"\d\d\.\d\d% to \d\d\.\d\d% \(", cover["95% confidence interval"])


def test_number_formats_are_left_to_the_readers_computer(english: Made) -> None:
    formats = {}
    for name, made in (("vi", write(build(rounds.evaluation(), rounds.about()))), ("en", english.workbook)):
        with zipfile.ZipFile(io.BytesIO(made)) as archive:
            formats[name] = re.findall(r"formatCode=\"([^\"]*)\"", archive.read("xl/styles.xml").decode())
    assert formats["vi"] == formats["en"]


def test_every_value_the_data_can_hold_has_words() -> None:
    kinds = {"MODE": Mode, "ADJUST": Adjust, "DF": Df, "INTERVAL": Interval, "RESIDUALS": RakeVariance}
    for name, values in (kinds | {"WEIGHTING": Weighting, "ROLE": Role, "KIND": Kind}).items():
        wanted = {f"RPT_{name}_{value.upper()}" for value in get_args(values) if (name, value) != ("KIND", "note")}
        assert wanted <= set(catalogue()), name
    assert {f"RPT_CHANNEL_{channel.upper()}" for channel in CHANNELS} <= set(catalogue())


def test_the_template_of_margins_is_worded_in_both_languages() -> None:
    for language, names in (("vi", ["Biên", "Hướng dẫn"]), ("en", ["Margins", "Guide"])):
        made = margins_template(load("sipas_household_2022"), ["sex"], language)
        book = openpyxl.load_workbook(io.BytesIO(made))
        assert book.sheetnames == names
        assert [cell.value for cell in book.worksheets[0]["A"]] == ["variable", "sex", "sex"]
        said = " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
        assert foreign(said) == (language == "vi")


@pytest.mark.parametrize("language", languages())
def test_the_folder_to_compute_again_is_named_and_guided_in_the_language(language: str) -> None:
    names, files = file_names(language), rerun_folder(evaluation(), "1.2.3", language)
    assert list(files) == [names[code] for code in FILES]
    guide = files[names["RPT_RERUN_GUIDE"]].decode()
    for code in FILES[1:]:
        assert names[code] in guide
    for name, content in files.items():
        assert foreign(content.decode()) == (language == "vi" and name.endswith((".md", ".R", ".py"))), name
    assert rerun_folder(evaluation(), "1.2.3", language) == files


def test_the_guides_tell_the_same_in_the_same_order() -> None:
    shape = []
    for language in languages():
        files = rerun_folder(evaluation(), "1.2.3", language)
        lines = next(iter(files.values())).decode().splitlines()
        shape.append([(line.split(" ")[0], line.count("|")) for line in lines if line[:1] in ("#", "|", ">")])
    assert all(each == shape[0] for each in shape)


def test_a_sheet_is_asked_for_by_its_name_in_the_reports_language(english: Made) -> None:
    assert english.report.sheet(word(sheets.SCORES, "en")).title.startswith("Satisfaction")
    with pytest.raises(KeyError):
        english.report.sheet(word(sheets.SCORES, "vi"))
