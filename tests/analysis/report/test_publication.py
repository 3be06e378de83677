"""The workbook for the public: read back as anybody reads it, it gives no small group away and holds nothing else."""

import io
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from openpyxl import load_workbook

import cli
import sample_responses
from analysis.report.excel import write
from analysis.report.publication import Publication, publication
from analysis.scores.attacker import PEOPLE, Key, Published, Shown, exposures
from analysis.scores.evaluate import Evaluation, evaluate
from analysis.scores.plan import Plan
from analysis.scores.responses import answers_frame, make_sample
from analysis.scores.satisfaction import index_tree
from survey.instruments import load
from survey.intake import read_margins, read_slips
from survey.sheet import read_table
from tests.analysis.report import english, rounds
from tests.analysis.scores.publishing import counted, wanted_of

FOLDER = Path(sample_responses.__file__).parent
NAME = "lang_son_2022_synthetic"
HIDDEN = "[ẩn]"
COLUMNS = {"commune": "Xã, phường", "district": "Huyện, thành phố"}


@cache
def sample(by: str, *, weighted: bool) -> Evaluation:
    """The 395 synthetic slips."""
    form = load("sipas_household_2022")
    margins = read_margins(read_table((FOLDER / f"{NAME}_margins.csv").read_bytes(), name="m.csv"), form)
    plan = Plan(
        strata="district",
        psu="psu",
        fpc="communes_in_district",
        weight="base_weight" if weighted else None,
        adjust="rake" if weighted else "none",
        margins=margins if weighted else (),
        by=(by,),
    )
    slips = read_slips(
        read_table((FOLDER / f"{NAME}.xlsx").read_bytes(), name="x.xlsx", sheets=["Phiếu"]),
        form,
        numbers=["base_weight", "communes_in_district"] if weighted else ["communes_in_district"],
        full=["district", "psu"],
        present=(by,),
    )
    return evaluate(make_sample(answers_frame(form, slips.answers, slips.extra), plan, {}), form, plan)


def made(by: str, *, weighted: bool) -> Publication:
    about = rounds.about(feeds="weighted" if weighted else "unweighted", demonstration=True, invited={})
    return publication(sample(by, weighted=weighted), about)


def tables(workbook: bytes) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """Each table sheet's title and rows, from the file alone."""
    for sheet in load_workbook(io.BytesIO(workbook)).worksheets:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        head = next(
            (k for k, row in enumerate(rows) if "Tỷ lệ hài lòng" in row and "Số người trả lời (n)" in row), None
        )
        if head is not None:
            yield str(rows[0][0]), [dict(zip(map(str, rows[head]), row, strict=True)) for row in rows[head + 1 :]]


def read(workbook: bytes, evaluation: Evaluation, by: str) -> Published:
    """What a reader sees in the file, keyed as the truth is: columns and answers by their codes."""
    asked = {q.label["vi"]: q for q in evaluation.questionnaire.questions()}
    cells: dict[Key, Shown] = {}
    for title, rows in tables(workbook):
        what = title.removeprefix("Tỷ lệ hài lòng theo: ")
        question = asked.get(what)
        column = "" if what == title else question.name if question else by
        codes = {o.label["vi"]: o.value for o in question.scale.options} if question and question.scale else {}
        for row in rows:
            group = str(row.get("Nhóm", "Toàn bộ người trả lời"))
            node = str(row.get("Mã", "–")).replace("–", "overall")
            if group == "Toàn bộ người trả lời":
                key: Key = ("", "", node)
            else:
                key = (column, "" if group.startswith("(") else codes.get(group, group), node)
            people, share = row["Số người trả lời (n)"], row["Tỷ lệ hài lòng"]
            if people == HIDDEN:
                shown = Shown(people=None)
                assert {value for name, value in row.items() if name not in ("Nhóm", "Mã", "Cấp", "Nội dung")} == {
                    HIDDEN
                }
            else:
                assert isinstance(people, int)
                shown = Shown(people=people, share=float(share) if isinstance(share, int | float) else None)
            assert cells.setdefault(key, shown) == shown  # the whole round stands in every table, the same
    return Published(
        cells=cells,
        items={node.id: frozenset(node.items) for node in index_tree(evaluation.questionnaire)},
        step=1e-4,
        counted=not evaluation.plan.weighted(),
        pooled=evaluation.plan.mode == "pooled",
    )


@pytest.mark.parametrize("weighted", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_no_hidden_number_of_the_samples_file_can_be_worked_out(weighted: bool) -> None:
    evaluation = sample("commune", weighted=weighted)
    file = write(made("commune", weighted=weighted).report)
    published = read(file, evaluation, "commune")
    columns = sorted({column for column, _, _ in published.cells if column})
    assert columns == ["age", "area", "commune", "education", "occupation", "sex"]
    truth = counted(evaluation, columns, weighted=weighted)
    assert {key for key, shown in published.cells.items() if shown.people is None}
    masses = {key: truth[key][1] + truth[key][2] for key in published.cells} if weighted else {}
    answers = counted(evaluation, columns, weighted=False)
    units = {key: mass / max(sum(answers[key][1:]), 1) or 1.0 for key, mass in masses.items()} or None
    assert exposures(replace(published, masses=masses), wanted_of(published.cells, truth, units)) == ()
    assert all(shown.people == truth[key][PEOPLE] for key, shown in published.cells.items() if shown.people is not None)


def test_the_file_has_no_formula_no_answer_and_no_exact_number() -> None:
    evaluation = sample("commune", weighted=True)
    made_ = made("commune", weighted=True)
    workbook = load_workbook(io.BytesIO(write(made_.report)))
    names = workbook.sheetnames
    assert names[:3] == ["Bìa", "Mục lục", "Ghi chú"]
    assert names[-1] == "Phương pháp"
    assert not [name for name in names if name in ("Phiếu", "Tham số", "Truy vết", "Mã hóa")]
    assert not workbook.defined_names
    texts = [text for text in evaluation.sample.frame["comment"] if isinstance(text, str)]
    for sheet in workbook.worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            assert cell.data_type != "f"
            if isinstance(cell.value, float):
                assert cell.value == round(cell.value, 4)
            if isinstance(cell.value, str):
                assert not any(text in cell.value for text in texts)
    assert all("MÔ PHỎNG" in str(workbook[name]["A2"].value) for name in names[1:])


def test_what_is_hidden_is_explained_and_which_of_the_two_reasons_it_has_is_not() -> None:
    made_ = made("commune", weighted=True)
    assert made_.disclosure.small > 0
    [told] = [warning for warning in made_.warnings if warning.code == "DIS_WARN_HIDDEN"]
    assert str(made_.disclosure.small) in told.say("vi")
    said = [str(cell.value) for sheet in made_.report.sheets for _, _, cell in sheet.cells() if hasattr(cell, "value")]
    assert any("dưới 10 người" in text for text in said)
    assert not any(text.startswith(f"{made_.disclosure.small} dòng") for text in said)


def test_where_nothing_is_hidden_both_kinds_stand_side_by_side() -> None:
    made_ = made("district", weighted=True)
    assert made_.disclosure.hidden == 0
    title, rows = next(tables(write(made_.report)))
    assert title == "Tỷ lệ hài lòng của toàn bộ người trả lời"
    row = sample("district", weighted=True).result.row("overall", weighted=False)
    assert rows[0]["Cách công bố"] == pytest.approx(row.value, abs=0.5e-4)


def test_the_same_publication_is_the_same_file_and_is_made_in_time() -> None:
    begun = time.process_time()
    first = write(made("commune", weighted=True).report)
    assert time.process_time() - begun < 3
    assert write(made("commune", weighted=True).report) == first


def test_in_english_every_word_is_english() -> None:
    report = publication(english.evaluation(), english.ABOUT).report
    said = [text for sheet in report.sheets for text in (sheet.name, sheet.title)]
    said += [column.header for sheet in report.sheets for column in sheet.table.columns]
    said += [
        cell.value
        for sheet in report.sheets
        for _, _, cell in sheet.cells()
        if isinstance(getattr(cell, "value", 0), str)
    ]
    nation = ("CỘNG HÒA", "Độc lập")
    assert [text for text in said if english.foreign(text) and not text.startswith(nation)] == []


def groups(rows: Sequence[dict[str, object]]) -> list[object]:
    return [row["Nhóm"] for row in rows]


def test_the_tables_are_those_of_the_fixed_list_in_the_order_of_the_answers() -> None:
    found = dict(tables(write(made("district", weighted=True).report)))
    assert [title.removeprefix("Tỷ lệ hài lòng theo: ") for title in found][1] == COLUMNS["district"]
    assert len(found) == 7
    sexes = next(rows for title, rows in found.items() if "Giới tính" in title or "giới tính" in title)
    scale = load("sipas_household_2022").question("sex").scale
    assert scale is not None
    assert groups(sexes) == ["Toàn bộ người trả lời", *(option.label["vi"] for option in scale.options)]


def test_units_stand_in_vietnamese_order_as_in_the_report() -> None:
    found = dict(tables(write(made("district", weighted=True).report)))
    units = dict.fromkeys(groups(found[f"Tỷ lệ hài lòng theo: {COLUMNS['district']}"]))
    assert [*units] == [
        "Toàn bộ người trả lời", "Bắc Sơn", "Bình Gia", "Cao Lộc", "Chi Lăng", "Đình Lập", "Hữu Lũng",
        "Thành phố Lạng Sơn", "Lộc Bình", "Tràng Định", "Văn Lãng", "Văn Quan",
    ]  # fmt: skip


def test_the_command_writes_it_with_its_warnings_and_says_what_it_replaces(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    public = tmp_path / "public.xlsx"
    public.write_bytes(b"an earlier one")
    given = ["report", str(FOLDER / "housing.csv"), "--instrument", "housing_copenhagen", "--count", "count"]
    assert (
        cli.main([*given, "--by", "housing_type", "--out", str(tmp_path / "x.xlsx"), "--publication", str(public)]) == 0
    )
    told = "".join(capsys.readouterr())
    assert "Chỉ công bố tệp này" in told
    assert "Tệp «public.xlsx» đã có" in told
    found = dict(tables(public.read_bytes()))
    # Madsen (1976): 400 of 1,681 householders live in tower blocks.
    [by_type] = [rows for rows in found.values() if "Nhóm" in rows[0]]
    people = [row["Số người trả lời (n)"] for row in by_type if row["Mã"] == "–"]
    assert people == [1681, 400, 765, 239, 277]
