"""LibreOffice as the second opinion: strips every cached value from a workbook, recalculates, reads the result."""

import io
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest

_FORMULA_CELL = re.compile(rb"<c ([^>]*)>(<f>.*?</f>)(<v>.*?</v>)?</c>", re.S)
_CELL = re.compile(rb'(<c r="([A-Z]+[0-9]+)"[^>]*?)(/>|>.*?</c>)', re.S)


def soffice() -> str:
    """The program; without it the test is skipped, and under CI=true it fails."""
    found = shutil.which("soffice")
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("soffice is needed under CI")
        pytest.skip("soffice (LibreOffice) is not installed")
    return found


def convert(source: Path, to: str, folder: Path, infilter: str | None = None) -> Path:
    """The file converted by LibreOffice in a profile of its own; `infilter`: how it is to be read."""
    target = folder / "out"
    target.mkdir(exist_ok=True)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [
        soffice(),
        profile,
        "--headless",
        "--norestore",
        "--convert-to",
        to,
        "--outdir",
        str(target),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return target / f"{source.stem}.{to.partition(':')[0]}"


def stripped(workbook: bytes, changes: Mapping[str, Mapping[str, str | float]] | None = None) -> bytes:
    """The workbook without a cached value under any formula; `changes`: sheet name → address → new content."""
    files = sheet_files(workbook)
    changed = {files[name]: cells for name, cells in (changes or {}).items()}
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            content = old.read(entry)
            if entry.startswith("xl/worksheets/sheet"):
                content = _FORMULA_CELL.sub(lambda m: b"<c " + _untyped(m[1]) + b">" + m[2] + b"</c>", content)
                for address, value in changed.get(entry, {}).items():
                    content = _replaced(content, address, value)
            new.writestr(entry, content)
    return target.getvalue()


def recalculated(
    workbook: bytes, folder: Path, changes: Mapping[str, Mapping[str, str | float]] | None = None
) -> openpyxl.Workbook:
    """The workbook as LibreOffice computes it from nothing but its formulas and inputs."""
    source = folder / "stripped.xlsx"
    source.write_bytes(stripped(workbook, changes))
    return openpyxl.load_workbook(convert(source, "xlsx", folder), data_only=True)


def sheet_files(workbook: bytes) -> dict[str, str]:
    """Sheet name → the part of the file that holds it."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        book = archive.read("xl/workbook.xml").decode()
        names = re.findall(r'<sheet name="([^"]*)" sheetId="(\d+)"', book)
    return {name: f"xl/worksheets/sheet{place}.xml" for place, (name, _) in enumerate(names, start=1)}


def _untyped(attributes: bytes) -> bytes:
    return re.sub(rb' t="[^"]*"', b"", attributes)


def _replaced(content: bytes, address: str, value: str | float) -> bytes:
    def new(match: "re.Match[bytes]") -> bytes:
        if match[2].decode() != address:
            return match[0]
        head = _untyped(match[1].removesuffix(b"/"))
        if isinstance(value, str):
            return head + b' t="inlineStr"><is><t>' + value.encode() + b"</t></is></c>"
        return head + b"><v>" + repr(value).encode() + b"</v></c>"

    changed, count = _CELL.subn(new, content), content.count(f'r="{address}"'.encode())
    assert count >= 1, f"no cell {address}"
    return changed[0]
