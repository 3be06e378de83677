"""An office without internet can install the product from one folder, and what is installed there works by itself."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_ALONE = ("unshare", "--map-root-user", "--net")
"""Starts a program that has no network at all, not even the machine's own addresses."""


def run(*command: object, **more: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON", "HAILONG_"))}
    text = [str(each) for each in command]
    return subprocess.run(text, capture_output=True, text=True, check=False, cwd="/", env={**kept, **more})


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the offline server is a Linux")
def test_the_wheelhouse_installs_and_runs_with_networking_off(tmp_path: Path) -> None:
    house, target = tmp_path / "USB STICK" / "wheelhouse", tmp_path / "opt"
    made = subprocess.run(
        ["make", "wheelhouse", f"HOUSE={tmp_path}/wheelhouse"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr[-2000:]
    house.parent.mkdir()
    (tmp_path / "wheelhouse").rename(house)
    alone = _ALONE if shutil.which("unshare") and run(*_ALONE, "true").returncode == 0 else ()
    installed = run(*alone, "sh", house / "install.sh", target, PYTHON=sys.executable)
    assert installed.returncode == 0, installed.stderr[-2000:]

    hailong, data, backups = target / ".venv" / "bin" / "hailong", tmp_path / "data", tmp_path / "backups"
    where = run(target / ".venv" / "bin" / "python", "-c", "import survey, analysis, app; print(survey.__file__)")
    assert where.stdout.startswith(str(target)), where.stderr
    of_form = ("--instrument", "sipas_household_2022", "--out", tmp_path / "bien.xlsx")
    template = run(*alone, hailong, "margins-template", *of_form)
    assert template.returncode == 0, template.stderr
    assert (tmp_path / "bien.xlsx").stat().st_size > 1000
    loading = "from survey.site import site; from sample_responses import load_round; load_round(site().store)"
    assert run(*alone, target / ".venv" / "bin" / "python", "-c", loading, HAILONG_DATA=str(data)).returncode == 0
    assert run(*alone, hailong, "close-day", "--data", data).returncode == 0
    assert run(*alone, hailong, "backup", "--data", data, "--to", backups).returncode == 0
    (archive,) = backups.glob("*.tar.gz")
    restored = run(*alone, hailong, "restore", archive, "--data", tmp_path / "new")
    assert restored.returncode == 0, restored.stdout
    examined = run(*alone, hailong, "doctor", "--json", "--data", data)
    assert json.loads(examined.stdout)["level"] in ("good", "warning"), examined.stdout
    assert examined.returncode == 0
    content = (house / "SHA256SUMS").read_text("utf-8")
    assert "hailong-" in content and "requirements.lock" in content

    wheel = next(house.glob("streamlit-*.whl"))
    wheel.write_bytes(wheel.read_bytes() + b"x")
    assert run(*alone, "sh", house / "install.sh", tmp_path / "other", PYTHON=sys.executable).returncode != 0


@pytest.mark.slow
def test_the_list_of_parts_names_everything_that_is_pinned_and_is_the_same_bytes_again(tmp_path: Path) -> None:
    made = []
    for name in ("one.json", "two.json"):
        wanted = ("--pyproject", "pyproject.toml", "--output-reproducible", "-o", str(tmp_path / name))
        command = [sys.executable, "-m", "cyclonedx_py", "requirements", *wanted, "requirements.lock"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]
    listed = {part["name"]: part["version"] for part in json.loads(made[0])["components"]}
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    pinned = dict(re.findall(r"^([\w.-]+)(?:\[\w+\])?==([^\s;\\]+)", lock, re.M))
    assert listed == pinned and len(listed) > 50
