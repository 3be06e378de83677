"""A desk page as somebody sees it: served from a data folder, run, and read as text."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from survey import site as shared


@contextmanager
def served(folder: Path) -> Iterator[shared.Site]:
    """The site on this data folder, for pages and tests alike."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HAILONG_DATA", str(folder))
        yield shared.site()
        shared.close()


def run(page: str) -> AppTest:
    """The page `analysis.pages.<page>` after its first run, which went well."""
    at = AppTest.from_string(f"from analysis.pages import {page}\n{page}.show()", default_timeout=60).run()
    assert not at.exception
    return at


def words(at: AppTest) -> str:
    """What the page says, without the escapes of markdown."""
    kinds = ("title", "header", "markdown", "caption", "warning", "text")
    return "\n".join(str(part.value) for kind in kinds for part in at.get(kind)).replace("\\", "")
