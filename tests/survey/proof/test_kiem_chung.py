"""The program that the guide prints checks a proof without our code, and finds every other receipt wanting."""

import re
import subprocess
import sys
from pathlib import Path

from survey.ledger import proof_text
from survey.proof.standing import prove
from tests.survey.builders import ROUND
from tests.survey.proof.slips import code_of, slip

GUIDE = Path(__file__).parents[3] / "docs" / "kiem-chung.md"


def test_the_guides_own_program_checks_a_proof(closed: Path, tmp_path: Path) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    assert "survey" not in program
    script, file = tmp_path / "kiem.py", tmp_path / "mine.tlog-proof"
    script.write_text(program, "utf-8")
    file.write_text(proof_text(prove(closed / "so-cai", ROUND.id, slip(17).day, code_of(17))), "utf-8")
    vkey = closed / "so-cai" / ROUND.id / "vkey.txt"

    def run(code: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-X", "utf8", str(script), str(file), code, str(vkey)]
        return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)

    good, other = run(code_of(17)), run(code_of(18))
    assert (good.returncode, good.stdout) == (
        0,
        "Có trong sổ / in the ledger: hailong/dot-1, 140 phiếu, day 2026-11-08 20\n",
    )
    assert other.returncode == 1
    assert "not in the ledger" in other.stderr
    file.write_text(file.read_text("utf-8").replace("day 2026-11-08 20", "day 2026-11-08 21"), "utf-8")
    assert "InvalidSignature" in run(code_of(17)).stderr
