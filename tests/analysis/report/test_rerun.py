"""Every published figure can be computed again elsewhere: R `survey` and svy find the same numbers in the folder."""

import csv
import io
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

import sample_responses
from analysis.report.rerun import folder as files_of
from analysis.report.rerun.folder import file_names, rerun_folder
from analysis.report.rerun.tables import COLUMNS
from analysis.scores.evaluate import Evaluation, evaluate
from analysis.scores.plan import Plan
from analysis.scores.responses import answers_frame, make_sample
from survey.errors import word
from survey.instruments import load
from survey.intake import read_margins, read_slips
from survey.round import Margin
from survey.sheet import read_table
from tests.analysis import reference
from tests.analysis.report import rounds

SAMPLES = Path(sample_responses.__file__).parent
DATA, MARGINS, TREE, RESULTS, R_SCRIPT, SVY_SCRIPT = (
    file_names()[code]
    for code in (
        *(files_of.DATA, files_of.MARGINS, files_of.TREE, files_of.RESULTS),
        *(files_of.R_SCRIPT, files_of.SVY_SCRIPT),
    )
)
HOSTILE = ("=1+1", "NA", 'Xã «Tân»\n"A, B"\x01', "@cmd ~", "'=1+1")
"""Names of units that a spreadsheet or a reader of CSV could trip over."""


def from_file(name: str, instrument: str, count: str | None = None, margins: str = "", **plan: object) -> Evaluation:
    """An evaluation of a shipped file of answers."""
    asked = load(instrument)
    totals = read_margins(read_table((SAMPLES / margins).read_bytes(), name=margins), asked) if margins else ()
    chosen = Plan(margins=totals, **plan)
    numbers = [column for column in (chosen.weight, chosen.fpc) if column]
    table = read_table((SAMPLES / name).read_bytes(), name=name, sheets=("Phiếu",))
    slips = read_slips(table, asked, numbers=numbers, present=chosen.by, count=count)
    frame = answers_frame(asked, slips.answers, slips.extra)
    return evaluate(make_sample(frame, chosen, {"file": name, "data_sha256": "ab" * 32}), asked, chosen)


def lang_son() -> Evaluation:
    return from_file(
        "lang_son_2022_synthetic.xlsx",
        "sipas_household_2022",
        margins="lang_son_2022_synthetic_margins.csv",
        strata="district",
        psu="psu",
        fpc="communes_in_district",
        weight="base_weight",
        adjust="rake",
        by=("area",),
    )


def housing() -> Evaluation:
    return from_file("housing.csv", "housing_copenhagen", count="count", by=("housing_type",), interval="beta")


def of_reference(design: str, mode: str, **changes: object) -> Evaluation:
    """An evaluation of the reference survey."""
    plan = replace(reference.plan(design, mode=mode, by=("sex",)), **changes)
    return evaluate(make_sample(reference.frame(), plan, {}), reference.questionnaire(), plan)


def hostile() -> Evaluation:
    """Every unit a stratum and a poststratum; questions with several answers, an item that a unit did not answer."""
    margins = tuple(Margin(variable="unit", level=name, total=100.0 + k) for k, name in enumerate(HOSTILE))
    return rounds.renamed(
        HOSTILE, strata="unit", weight="base_weight", adjust="poststratify", margins=margins, mode="weights",
        df="domain", level=0.9, interval="wilson",
    )  # fmt: skip


CASES: dict[str, Callable[[], Evaluation]] = {
    "the synthetic round, raked, pooled": lang_son,
    "a survey without design": housing,
    "fpc and poststrata, items": lambda: of_reference("ps", "items", fpc="fpc"),
    "lone PSUs, raked with equal residuals, weights": lambda: of_reference("rk", "weights", psu="psu_lonely"),
    "lone PSUs, raked with base residuals, logit": lambda: of_reference(
        "rkc", "pooled", psu="psu_lonely", interval="logit"
    ),
    "hostile names": hostile,
}
FAST = ("the synthetic round, raked, pooled", "hostile names")
"""R and svy take seconds to start: the other designs are recomputed in the slow suite."""


@cache
def made(case: str) -> tuple[Evaluation, dict[str, bytes]]:
    evaluation = CASES[case]()
    return evaluation, rerun_folder(evaluation, "1.2.3")


@cache
def has_r() -> bool:
    rscript = shutil.which("Rscript")
    return (
        rscript is not None and subprocess.run([rscript, "-e", "library(survey)"], capture_output=True).returncode == 0
    )


def run(script: str, files: dict[str, bytes], folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs a script of a folder, from another folder."""
    if script.endswith(".R") and not has_r():
        pytest.skip("no Rscript with the package survey on this machine: install r-cran-survey")
    folder = folder / "Thư mục tính lại"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    program = "Rscript" if script.endswith(".R") else sys.executable
    command = [program, str(folder / script)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", cwd=folder.parent, timeout=300)


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


@pytest.mark.parametrize(
    "case", [case if case in FAST else pytest.param(case, marks=pytest.mark.slow) for case in CASES]
)
@pytest.mark.parametrize("code", [files_of.R_SCRIPT, files_of.SVY_SCRIPT])
def test_other_software_finds_the_same_numbers(code: str, case: str, tmp_path: Path) -> None:
    """One of the folders is English: the scripts are the same but for what they read and print."""
    evaluation, files = made(case)
    language = "en" if case == "fpc and poststrata, items" else "vi"
    if language == "en":
        files = rerun_folder(evaluation, "1.2.3", language)
    in_r = code == files_of.R_SCRIPT
    done = run(file_names(language)[code], files, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    rows = [row for row in evaluation.result.rows if in_r or row.level != "option"]
    first, *lines, last = done.stdout.splitlines()
    assert first.startswith({"vi": f"So {len(rows)} dòng", "en": f"Comparing {len(rows)} rows"}[language])
    assert last.startswith({"vi": "Khớp", "en": "Agreed"}[language])
    gap = word("RPT_RERUN_GAP", language)
    compared = {line.split()[0]: int(line.split(gap)[0].split()[-1]) for line in lines if line.split()[0] in COLUMNS}
    assert set(compared) == set(COLUMNS) - (set() if in_r else {"deff"})
    assert {count for name, count in compared.items() if name != "deff"} == {len(rows)}
    if in_r:
        assert compared["deff"] == sum(row.se > 1e-9 and row.deff == row.deff for row in rows)


def change_an_answer(files: dict[str, bytes]) -> dict[str, bytes]:
    """Whether one person is satisfied."""
    header, *lines = files[DATA].decode().splitlines()
    place = header.split(",").index("s.satisfaction")
    cells = lines[0].split(",")
    cells[place] = str(1 - int(cells[place]))
    return files | {DATA: "\n".join([header, ",".join(cells), *lines[1:], ""]).encode()}


def change_a_figure(files: dict[str, bytes]) -> dict[str, bytes]:
    """The standard error of the overall index, by a millionth."""
    rows = table(files[RESULTS])
    [overall] = [row for row in rows if row["id"] == "overall" and row["weighted"] == "1" and not row["by_1"]]
    wrong = repr(float(overall["se"]) * (1 + 1e-6))
    before = files[RESULTS].decode()
    assert overall["se"] in before
    return files | {RESULTS: before.replace(overall["se"], wrong).encode()}


@pytest.mark.parametrize(
    ("script", "change"),
    [(R_SCRIPT, change_an_answer), (SVY_SCRIPT, change_an_answer), (R_SCRIPT, change_a_figure)],
)
def test_a_changed_file_makes_the_scripts_stop(
    script: str, change: Callable[[dict[str, bytes]], dict[str, bytes]], tmp_path: Path
) -> None:
    _, files = made("a survey without design")
    done = run(script, change(files), tmp_path)
    assert done.returncode != 0
    assert "Khớp" not in done.stdout
    assert "Lệch quá 1e-8" in done.stderr


@pytest.mark.parametrize("case", CASES)
def test_the_folder_holds_every_figure_of_the_evaluation_unrounded(case: str) -> None:
    evaluation, files = made(case)
    rows = table(files[RESULTS])
    assert len(rows) == len(evaluation.result.rows)
    by = [name for name in rows[0] if name.startswith("by_")]
    for told, row in zip(rows, evaluation.result.rows, strict=True):
        assert told["weighted"] == str(int(row.weighted))
        assert (told["level"], told["method"]) == (row.level, row.method)
        assert sum(told[name] != "" for name in by) == len(row.by)
        for name in COLUMNS:
            value = getattr(row, name)
            assert (float(told[name]) == value) if value == value else told[name] == ""
    assert len(table(files[DATA])) == len(evaluation.sample)


@pytest.mark.parametrize("case", CASES)
def test_the_same_evaluation_gives_the_same_bytes_without_a_trace_of_the_machine(case: str) -> None:
    _, files = made(case)
    assert list(files) == list(file_names().values())
    assert rerun_folder(CASES[case](), "1.2.3") == files
    for content in files.values():
        text = content.decode("utf-8")
        assert "\r" not in text
        assert not re.search(r"@\w+@", text)
        assert str(Path.home()) not in text and str(SAMPLES.parent) not in text


def test_no_cell_is_a_formula_and_no_level_becomes_another() -> None:
    _, files = made("hostile names")
    cells = [cell for name in (DATA, MARGINS, TREE, RESULTS) for row in table(files[name]) for cell in row.values()]
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells)
    assert not any("\x01" in cell for cell in cells)
    units = {row["by_1"] for row in table(files[DATA])}
    assert len(units) == len(HOSTILE)
    assert {row["level"] for row in table(files[MARGINS])} == units
    assert {row["by_1"] for row in table(files[RESULTS])} == units | {""}


def test_what_people_wrote_themselves_stays_away() -> None:
    evaluation, files = made("hostile names")
    header = files[DATA].decode().splitlines()[0].split(",")
    assert {"a.sex", "m.ways", "a.q9_01", "s.q9_01"} <= set(header)
    assert not any(name.endswith((".other", ".quyen_so", ".age")) for name in header)
    assert "Ý kiến số" not in files[DATA].decode()
    assert "Ý kiến số" in " ".join(map(str, evaluation.sample.frame["other"]))
