"""`hailong report` with every file beside the workbook: written, told, refused where one would overwrite another."""

from pathlib import Path

import pytest

import cli
from analysis.report import detach

SAMPLE = Path(__file__).parents[3] / "sample_responses" / "lang_son_2022_synthetic.xlsx"
STARTS = {"word": b"PK", "spss": b"$FL2", "stata": b"<stata_dta>", "csv": b"\xef\xbb\xbf", "parquet": b"PAR1"}


def report(folder: Path, *options: str) -> int:
    arguments = ["report", str(SAMPLE), "--instrument", "sipas_household_2022", "--out", str(folder / "a.xlsx")]
    return cli.main([*arguments, *options])


def test_every_file_that_is_asked_for_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = [part for kind in STARTS for part in (f"--{kind}", str(tmp_path / kind))]
    assert report(tmp_path, *options, "--codebook", str(tmp_path / "c.xlsx"), "--agency", "Sở Nội vụ") == 0
    told = capsys.readouterr().err
    for kind, start in STARTS.items():
        assert str(tmp_path / kind) in told
        assert (tmp_path / kind).read_bytes().startswith(start)
    assert (tmp_path / "c.xlsx").read_bytes().startswith(b"PK")


@pytest.mark.slow
def test_a_large_round_says_where_its_slips_can_go(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detach, "LIVE_MOST", 300)
    assert report(tmp_path) == 0
    assert "--answers" in capsys.readouterr().err
    assert report(tmp_path, "--answers", str(tmp_path / "p.xlsx")) == 0
    told = capsys.readouterr().err
    assert "--answers" not in told and "100 %" in told and (tmp_path / "p.xlsx").exists()


def test_a_file_that_would_overwrite_another_and_a_template_that_is_not_there_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report(tmp_path, "--word", str(tmp_path / "a.xlsx")) == 1
    assert report(tmp_path, "--word", str(tmp_path / "a.docx"), "--template", str(tmp_path / "mau.docx")) == 1
    assert "mau.docx" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
