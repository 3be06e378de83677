"""Writes down the notice that respondents read, as docs/thong-bao/<version>.md: slips name the version for ever.

    python docs/notice.py

Whoever changes a wording of the notice gives `survey.round.NOTICE` a new version and runs this. Files of versions
that were in use are never changed.
"""

import re
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path

from survey.errors import catalogue
from survey.round import NOTICE

FOLDER = Path(__file__).parent / "thong-bao"
ALSO = ("FORM_PRIVACY_RECEIPT", "FORM_KEPT", "FORM_KIOSK_FORGETS", "FORM_SEND_MEANS", "LIGHT_SEND_MEANS")
"""What the Streamlit form says beside the light form's notice, and what sending means."""

_WORDING = re.compile(r'\bw\("([A-Z_]+)"')


def notice() -> str:
    """The whole notice with its gaps, in every language it has."""
    template = resources.files("survey.forms.light").joinpath("templates", "notice.html").read_text("utf-8")
    codes = dict.fromkeys((*_WORDING.findall(template), *ALSO))
    return written(NOTICE, [catalogue()[code] for code in codes if code in catalogue()])


def written(version: str, wordings: Iterable[Mapping[str, str]]) -> str:
    """A version as a page: Vietnamese first, then each other language."""
    wordings = tuple(wordings)
    lines = [
        f"# Thông báo cho người trả lời, bản {version}",
        "Mỗi phiếu ghi bản thông báo mà người trả lời đã đọc. Chỗ trong ngoặc nhọn được điền theo từng đợt.",
        "Không sửa tệp này: sửa lời thì lập bản mới.",
    ]
    for language, title in (("vi", "Tiếng Việt"), ("en", "English")):
        lines += ["", f"## {title}", *(f"- {words.get(language, words['vi'])}" for words in wordings)]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (FOLDER / f"{NOTICE}.md").write_text(notice(), encoding="utf-8")
