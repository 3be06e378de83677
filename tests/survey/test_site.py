"""What this process serves, and where its answers are."""

from pathlib import Path

import pytest

from survey.errors import Refused
from survey.site import DATABASE, close, site


@pytest.mark.parametrize("url", ["postgresql:/u:geheim@host/db", "u:geheim@host/db", "host/db"])
def test_a_mistyped_address_starts_no_file_of_that_name(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HAILONG_DATA", str(tmp_path / "data"))
    monkeypatch.setenv(DATABASE, url)
    try:
        with pytest.raises(Refused) as caught:
            site()
    finally:
        close()
    assert [problem.code for problem in caught.value.problems] == ["STO_URL"]
    assert "geheim" not in caught.value.say()
    assert [file.name for file in tmp_path.rglob("*")] == ["data"]
