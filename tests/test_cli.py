"""The command line: a file of answers becomes a workbook and estimates, or a list of everything wrong in it."""

import csv
import json
import math
import re
import shlex
import socket
from pathlib import Path

import pytest
import uvicorn
from openpyxl import load_workbook

import cli
from analysis.report.rerun.folder import file_names
from tests.analysis.report.english import foreign

ROOT = Path(__file__).parents[1]
HOUSING = ROOT / "sample_responses" / "housing.csv"
CITIZEN = ROOT / "tests" / "instruments" / "citizen22.xlsx"
REFERENCE = ROOT / "tests" / "reference"


def run(tmp_path: Path, *arguments: str) -> dict:
    out, data = tmp_path / "x.xlsx", tmp_path / "x.json"
    assert cli.main(["report", *arguments, "--out", str(out), "--json", str(data)]) == 0
    assert load_workbook(out, read_only=True).sheetnames[0] == "Bìa"
    return json.loads(data.read_text(encoding="utf-8"))


def housing(document: dict, **by: str) -> dict[str, int]:
    """Counts of people by their satisfaction, from the unweighted shares."""
    rows = [e for e in document["estimates"] if e["by"] == by and not e["weighted"] and e["level"] == "option"]
    return {
        row["id"].removeprefix("satisfaction="): round(row["value"] * row["n"], 6)
        for row in rows
        if row["id"].startswith("satisfaction=")
    }


def test_the_real_survey_gives_its_published_table(tmp_path: Path) -> None:
    document = run(
        tmp_path,
        str(HOUSING),
        "--instrument",
        "housing_copenhagen",
        "--count",
        "count",
        "--by",
        "housing_type,influence",
    )
    assert document["schema"] == "hailong.estimates/1"
    assert housing(document) == {"Low": 567, "Medium": 446, "High": 668}
    # Madsen (1976), low/medium/high: counted by hand from the 72 cells of the file.
    for kind, counts in {
        "Tower": (99, 101, 200),
        "Apartment": (271, 192, 302),
        "Atrium": (64, 79, 96),
        "Terrace": (133, 74, 70),
    }.items():
        assert housing(document, housing_type=kind) == dict(zip(("Low", "Medium", "High"), counts, strict=True))
    for felt, counts in {"Low": (282, 170, 175), "Medium": (206, 189, 264), "High": (79, 87, 229)}.items():
        assert housing(document, influence=felt) == dict(zip(("Low", "Medium", "High"), counts, strict=True))
    [high] = [e for e in document["estimates"] if e["id"] == "satisfaction=High" and not e["by"] and not e["weighted"]]
    p = 668 / 1681
    assert high["n"] == 1681
    assert high["value"] == pytest.approx(p, rel=1e-12)
    assert high["se"] == pytest.approx(math.sqrt(p * (1 - p) / 1680), rel=1e-12) == pytest.approx(0.011939073, rel=1e-7)
    half = 1.961397 * high["se"] / (p * (1 - p))  # t with 1680 degrees of freedom
    assert math.log(high["high"] / (1 - high["high"])) == pytest.approx(math.log(p / (1 - p)) + half, rel=1e-5)
    [overall] = [e for e in document["estimates"] if e["level"] == "overall" and not e["by"] and not e["weighted"]]
    assert overall["value"] == high["value"]


def test_a_raked_report_equals_r_through_the_command_line(tmp_path: Path) -> None:
    population = json.loads((REFERENCE / "pop_citizen395_a.json").read_text())
    margins = tmp_path / "margins.csv"
    lines = [
        f"{name},{level},{total}" for name in ("sex", "age", "district") for level, total in population[name].items()
    ]
    margins.write_text("\n".join(["variable,level,total", *lines]), encoding="utf-8")
    document = run(
        tmp_path,
        *(str(REFERENCE / "citizen395_a.csv"), "--instrument", str(CITIZEN), "--mode", "items", "--interval", "t"),
        *("--strata", "stratum", "--psu", "psu", "--weight", "w", "--by", "sex"),
        *("--adjust", "rake", "--margins", str(margins), "--rake-variance", "equal"),
    )
    cases = json.loads((REFERENCE / "cases_citizen395_a.json").read_text())["cases"]
    compared = 0
    for case in cases:
        if case["family"] != "index" or case["design"] != "citizen395_a.rk":
            continue
        node = {"A": "a", "C": "c", "all": "overall"}[case["args"]["component"]]
        [row] = [e for e in document["estimates"] if e["id"] == node and e["weighted"] and not e["by"]]
        for name, key in (("value", "est"), ("se", "se"), ("low", "ci_low"), ("high", "ci_high")):
            assert row[name] == pytest.approx(case["expected"][key], rel=1e-9)
        compared += 1
    assert compared == 3
    assert document["provenance"]["weight_steps"][0]["name"] == "rake"
    assert len(document["provenance"]["data_sha256"]) == 64


def test_every_estimate_has_every_field_of_the_schema(tmp_path: Path) -> None:
    document = run(tmp_path, str(HOUSING), "--instrument", "housing_copenhagen", "--count", "count")
    wanted = {"id", "level", "by", "weighted", "mode", "value", "se", "low", "high", "level_of_confidence", "method"}
    wanted |= {"n", "weighted_n", "df", "deff", "n_eff", "margin", "reliability", "reasons"}
    assert all(wanted == set(row) for row in document["estimates"])
    assert {row["level"] for row in document["estimates"]} == {"option", "item", "factor", "overall"}


def test_all_that_is_wrong_is_told_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "a.csv", tmp_path / "x.xlsx"
    file.write_text("satisfaction,count\nHihg,1\nLow,x\n", encoding="utf-8")
    assert (
        cli.main(["report", str(file), "--instrument", "housing_copenhagen", "--count", "count", "--out", str(out)])
        == 1
    )
    said = capsys.readouterr().err
    assert "dòng 2, cột «satisfaction»" in said
    assert "dòng 3, cột «count»" in said
    assert not out.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        [str(HOUSING), "--instrument", "no_such"],
        ["no-such-file.csv", "--instrument", "housing_copenhagen"],
        [str(HOUSING), "--instrument", "housing_copenhagen", "--adjust", "rake"],
        [str(HOUSING), "--instrument", "housing_copenhagen", "--by", "no_such"],
        [str(HOUSING), "--instrument", "housing_copenhagen", "--level", "95"],
        [str(HOUSING), "--instrument", "housing_copenhagen", "--json", "no-such-folder/a.json"],
    ],
)
def test_what_cannot_be_done_is_refused_in_words(arguments: list[str], tmp_path: Path, capsys) -> None:
    assert cli.main(["report", *arguments, "--out", str(tmp_path / "x.xlsx")]) == 1
    said = capsys.readouterr().err
    assert "Chưa thực hiện được" in said
    assert "Traceback" not in said


def test_everything_wrong_in_options_data_and_margins_is_told_together(tmp_path: Path, capsys) -> None:
    data, margins = tmp_path / "a.csv", tmp_path / "m.csv"
    data.write_text("satisfaction,huyen\nHihg,\n", encoding="utf-8")
    margins.write_text("variable,level,total\ncontact,Lo,1\n", encoding="utf-8")
    arguments = ["report", str(data), "--instrument", "housing_copenhagen", "--strata", "huyen", "--by", "nope"]
    arguments += ["--level", "7", "--adjust", "rake", "--margins", str(margins), "--out", str(tmp_path / "x.xlsx")]
    assert cli.main(arguments) == 1
    said = capsys.readouterr().err
    for word in ("có 5 chỗ", "Mức tin cậy", "«Lo»", "«nope»", "dòng 2, cột «satisfaction»", "dòng 2, cột «huyen»"):
        assert word in said


def test_a_result_never_overwrites_what_it_is_made_from(tmp_path: Path, capsys) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(HOUSING.read_bytes())
    arguments = ["report", str(file), "--instrument", "housing_copenhagen", "--out"]
    assert cli.main([*arguments, str(tmp_path / "." / "a.csv")]) == 1
    assert cli.main([*arguments, str(tmp_path / "o"), "--json", str(tmp_path / "o")]) == 1
    assert file.read_bytes() == HOUSING.read_bytes()
    assert not (tmp_path / "o").exists()
    assert "vừa là tệp đọc vào" in capsys.readouterr().err


def test_our_own_workbook_can_be_read_again_and_gives_the_same_index(tmp_path: Path) -> None:
    first = run(tmp_path, str(HOUSING), "--instrument", "housing_copenhagen", "--count", "count")
    (tmp_path / "x.xlsx").rename(tmp_path / "again.xlsx")
    second = run(tmp_path, str(tmp_path / "again.xlsx"), "--instrument", "housing_copenhagen")
    assert [e["value"] for e in first["estimates"]] == [e["value"] for e in second["estimates"]]


def test_by_columns_may_be_named_twice_and_spaced(tmp_path: Path) -> None:
    document = run(
        tmp_path, str(HOUSING), "--instrument", "housing_copenhagen", "--count", "count", "--by", "contact, contact"
    )
    assert {tuple(e["by"]) for e in document["estimates"]} == {(), ("contact",)}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["report"], "thiếu tham số bắt buộc: FILE"),
        (["report", "a", "--instrument", "b", "--out", "c", "--mode", "sum"], "hãy chọn:"),
        (["report", "a", "--instrument", "b", "--out", "c", "--level", "abc"], "'abc' không phải là số"),
        (["demo", "--fast"], "không có tham số nào tên là: --fast"),
        (["bay"], "hãy chọn:"),
    ],
)
def test_a_wrong_command_line_is_told_in_vietnamese(arguments: list[str], said: str, capsys) -> None:
    with pytest.raises(SystemExit):
        cli.main(arguments)
    assert said in capsys.readouterr().err


def test_a_port_in_use_is_said_before_anything_starts(tmp_path: Path, capsys) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert cli.main(["serve", "--data", str(tmp_path / "d"), "--port", str(port)]) == 1
    assert f"cổng {port}" in capsys.readouterr().err


def test_a_filled_margins_template_is_what_report_takes(tmp_path: Path) -> None:
    template = tmp_path / "bien.xlsx"
    assert (
        cli.main(
            ["margins-template", "--instrument", "housing_copenhagen", "--variables", "contact", "--out", str(template)]
        )
        == 0
    )
    book = load_workbook(template)
    sheet = book["Biên"]
    assert [[cell.value for cell in row[:3]] for row in sheet.iter_rows()] == [
        ["variable", "level", "total"],
        ["contact", "Low", None],
        ["contact", "High", None],
    ]
    sheet["C2"], sheet["C3"] = 1000, 3000
    book.save(template)
    document = run(
        tmp_path, str(HOUSING), "--instrument", "housing_copenhagen", "--count", "count", "--adjust", "poststratify",
        "--margins", str(template),
    )  # fmt: skip
    [low] = [e for e in document["estimates"] if e["id"] == "contact=Low" and e["weighted"]]
    assert low["value"] == pytest.approx(0.25, rel=1e-12)
    assert low["se"] < 1e-12


@pytest.mark.parametrize(
    "mode", ["pooled", pytest.param("items", marks=pytest.mark.slow), pytest.param("weights", marks=pytest.mark.slow)]
)
def test_the_synthetic_round_lies_where_its_readme_says(tmp_path: Path, mode: str) -> None:
    folder = ROOT / "sample_responses"
    document = run(
        tmp_path,
        *(str(folder / "lang_son_2022_synthetic.xlsx"), "--instrument", "sipas_household_2022", "--mode", mode),
        *("--strata", "district", "--psu", "psu", "--fpc", "communes_in_district", "--weight", "base_weight"),
        *("--adjust", "rake", "--margins", str(folder / "lang_son_2022_synthetic_margins.csv")),
    )
    rows = [e for e in document["estimates"] if e["level"] == "overall"]
    assert [row["n"] for row in rows] == [395, 395]
    assert all(0.725 <= row["value"] <= 0.76 for row in rows)


def test_export_design_writes_the_figures_of_the_report_and_what_they_are_made_of(tmp_path: Path, capsys) -> None:
    arguments = [str(HOUSING), "--instrument", "housing_copenhagen", "--count", "count", "--by", "housing_type"]
    arguments += ["--mode", "items", "--interval", "beta", "--level", "0.9"]
    document = run(tmp_path, *arguments)
    folder = tmp_path / "kiểm toán" / "tính lại"
    assert cli.main(["export-design", *arguments, "--out", str(folder)]) == 0
    assert {path.name for path in folder.iterdir()} == set(file_names().values())
    with (folder / "ket-qua.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(document["estimates"])
    for told, estimate in zip(rows, document["estimates"], strict=True):
        assert (told["id"], told["by_1"]) == (estimate["id"], estimate["by"].get("housing_type", ""))
        for name in ("value", "se", "low", "high", "df", "deff", "n", "weighted_n"):
            assert (float(told[name]) if told[name] else None) == estimate[name]
    assert document["provenance"]["data_sha256"] in (folder / "DOC-TRUOC.md").read_text(encoding="utf-8")
    assert "DOC-TRUOC.md" in capsys.readouterr().err


def test_export_design_overwrites_nothing_it_reads_and_tells_what_it_cannot_write(tmp_path: Path, capsys) -> None:
    data = tmp_path / "du-lieu.csv"
    data.write_bytes(HOUSING.read_bytes())
    arguments = ["export-design", str(data), "--instrument", "housing_copenhagen", "--count", "count", "--out"]
    assert cli.main([*arguments, str(tmp_path)]) == 1
    assert "vừa là tệp đọc vào" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["du-lieu.csv"]
    assert data.read_bytes() == HOUSING.read_bytes()
    assert cli.main([*arguments, str(data)]) == 1
    said = capsys.readouterr().err
    assert "Không ghi được" in said
    assert "Traceback" not in said


def test_english_is_spoken_on_request_in_messages_files_and_names(tmp_path: Path, capsys) -> None:
    out = tmp_path / "x.xlsx"
    arguments = ["report", str(HOUSING), "--instrument", "housing_copenhagen", "--count", "count", "--out", str(out)]
    assert cli.main([*arguments, "--language", "en"]) == 0
    said = capsys.readouterr().err
    assert said.splitlines()[0] == "Reading housing.csv …"
    assert f"Wrote {out}" in said and not foreign(said.replace(str(out), ""))
    assert load_workbook(out, read_only=True).sheetnames[:2] == ["Cover", "Contents"]
    again = tmp_path / "again.xlsx"
    assert cli.main(["report", str(out), "--instrument", "housing_copenhagen", "--out", str(again)]) == 0
    assert "1681 phiếu" in capsys.readouterr().err, "an English workbook can be read again"
    folder = tmp_path / "rerun"
    arguments = ["export-design", *arguments[1:-1], str(folder), "--language", "en"]
    assert cli.main(arguments) == 0
    assert {path.name for path in folder.iterdir()} == set(file_names("en").values())
    assert f"Start with {folder / 'READ-FIRST.md'}." in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--language", "en", "report", "no.csv"], ["report", "no.csv", "--language=en"]])
def test_the_language_may_stand_before_or_after_the_command(arguments: list[str], tmp_path: Path, capsys) -> None:
    assert cli.main([*arguments, "--instrument", "housing_copenhagen", "--out", str(tmp_path / "x.xlsx")]) == 1
    assert "cannot be opened" in capsys.readouterr().err


def test_a_setting_names_the_language_and_the_argument_wins(
    tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["report", "no.csv", "--instrument", "housing_copenhagen", "--out", str(tmp_path / "x.xlsx")]
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    assert cli.main(arguments) == 1
    assert "Không mở được" in capsys.readouterr().err, "LANG is not asked"
    monkeypatch.setenv("HAILONG_LANGUAGE", "en")
    assert cli.main(arguments) == 1
    assert "cannot be opened" in capsys.readouterr().err
    assert cli.main([*arguments, "--language", "vi"]) == 1
    assert "Không mở được" in capsys.readouterr().err
    monkeypatch.setenv("HAILONG_LANGUAGE", "fr")
    assert cli.main(arguments) == 1
    assert "HAILONG_LANGUAGE không nhận «fr»" in capsys.readouterr().err


def test_why_the_system_refused_is_told_in_the_language(tmp_path: Path, capsys) -> None:
    for language, words in (("vi", "không có tệp"), ("en", "there is no such file")):
        arguments = ["report", str(tmp_path / "no.csv"), "--instrument", "housing_copenhagen", "--language", language]
        assert cli.main([*arguments, "--out", str(tmp_path / "x.xlsx")]) == 1
        said = capsys.readouterr().err
        assert words in said and "No such file" not in said


def every_help(language: str, capsys) -> str:
    commands = cli._parser(language)._subparsers._group_actions[0].choices
    for arguments in ([], *([name] for name in commands)):
        with pytest.raises(SystemExit):
            cli.main([*arguments, "--help", "--language", language])
    return capsys.readouterr().out


def test_help_is_whole_in_its_language_headings_too(capsys) -> None:
    vietnamese = every_help("vi", capsys)
    for heading in ("cách dùng:", "tham số theo thứ tự:", "tùy chọn:", "hiện hướng dẫn này rồi thoát"):
        assert heading in vietnamese
    assert not re.search(r"usage|options:|arguments:|show this", vietnamese)
    english = every_help("en", capsys)
    assert english.count("usage:") == vietnamese.count("cách dùng:") >= 7
    assert not foreign(english.replace("Trần Thị B", "")), "but for the name in an example"


def test_every_argument_has_a_help_text() -> None:
    for name, command in cli._parser()._subparsers._group_actions[0].choices.items():
        assert [action.dest for action in command._actions if not action.help] == [], name


def test_a_wrong_command_line_in_english_is_told_in_english(capsys) -> None:
    with pytest.raises(SystemExit):
        cli.main(["report", "--language", "en"])
    said = capsys.readouterr().err
    assert said.startswith("usage: hailong report") and "hailong report: missing: FILE" in said
    assert said.endswith("For help: hailong report --help\n")


def test_a_lost_passcode_is_remedied_in_the_folder_that_is_served(
    tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uvicorn.Config, "load", lambda config: None)
    monkeypatch.setattr(uvicorn.Server, "run", lambda server: setattr(server, "started", True))
    monkeypatch.setenv("HAILONG_DATA", "elsewhere")
    folder = tmp_path / "du lieu"
    arguments = ["serve", "--data", str(folder), "--port", "18651"]
    assert cli.main(arguments) == 0
    assert re.search(r"Mật mã: +[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}$", capsys.readouterr().out, re.M)
    assert cli.main(arguments) == 0
    [line] = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Mật mã:")]
    command = re.search(r"hailong (.*)\)$", line)
    assert command is not None
    assert cli.main(shlex.split(command[1])) == 0
    assert re.fullmatch(r"[A-Z2-9]{4}(-[A-Z2-9]{4}){2}\n", capsys.readouterr().out)
    assert (folder / "passcode.json").exists()
