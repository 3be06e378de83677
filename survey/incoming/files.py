"""What is in a file of answers? An xlsx, a CSV or a zip of CSVs becomes a table whose writer is recognised."""

import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath

from survey.errors import Problem, Refused, languages, word
from survey.guard import check_container
from survey.incoming.shapes import Shape, shape_of
from survey.sheet import Table, read_table

KINDS = ("xlsx", "csv", "zip")
"""Ends of the names of files that are read."""

_FIRST = b"SubmissionDate"
_DAMAGED = (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file of answers: its name, its table and which tool wrote it. A heading that stood there twice is numbered."""

    name: str
    table: Table
    shape: Shape

    @property
    def points(self) -> bool:
        """Whether a point in a number can only be its decimal point: the tools that write one say so nowhere else."""
        return self.table.point or self.shape.name in ("kobo", "odk", "limesurvey")


def read_file(data: bytes, name: str) -> Source:
    """The file's table and shape. An xlsx is opened by a child process, behind the guard (survey.sheet).

    Raises Refused with all problems: a file of another kind, hostile, damaged, without rows, a zip in which nothing
    says which table has the answers.
    """
    inner = name
    if Path(name).suffix.lower() == ".zip":
        data, inner = _main_table(data)
    elif Path(name).suffix.lower() not in (".csv", ".xlsx"):
        raise Refused([Problem(code="INT_KIND", values={"got": Path(name).suffix or name[:60]})])
    table = read_table(data, name=inner, sheets=[word("INT_TPL_SHEET", each) for each in languages()], numbered=True)
    return Source(name=name, table=table, shape=shape_of(table.headers))


def _main_table(data: bytes) -> tuple[bytes, str]:
    """ODK Central's CSV of the submissions themselves, which begins with SubmissionDate (those of repeats do not), or
    the only CSV there is, as in the zip that Google Forms gives."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if problems := check_container(archive):
                raise Refused(problems)
            names = [each for each in archive.namelist() if PurePosixPath(each).suffix.lower() == ".csv"]
            for name in sorted(names, key=len):
                with archive.open(name) as part:
                    begins = part.read(len(_FIRST) + 4).lstrip(b"\xef\xbb\xbf").lstrip(b'"').startswith(_FIRST)
                    if begins or len(names) == 1:
                        return archive.read(name), name
    except _DAMAGED as error:
        raise Refused([Problem(code="INT_ZIP_DAMAGED")]) from error
    raise Refused([Problem(code="INT_ZIP", values={"names": ", ".join(names[:5]) or "–"})])
