"""The notice that respondents read is written down under the version that their slips name."""

import runpy
from pathlib import Path

from survey.round import NOTICE

DOCS = Path(__file__).parents[2] / "docs"


def test_the_notice_that_is_shown_is_written_down_under_its_version() -> None:
    shown = runpy.run_path(str(DOCS / "notice.py"))["notice"]()
    kept = (DOCS / "thong-bao" / f"{NOTICE}.md").read_text("utf-8")
    assert kept == shown, "a wording of the notice changed: give survey.round.NOTICE a new version, run docs/notice.py"


def test_earlier_versions_stay() -> None:
    assert (
        (DOCS / "thong-bao" / "2026-11.md")
        .read_text("utf-8")
        .startswith("# Thông báo cho người trả lời, bản 2026-11\n")
    )
