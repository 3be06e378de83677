"""What stands in an xlsx file? Run as a child process, so that a hostile file costs the product nothing but a refusal.

    python -m survey.sheet_reader SHEET… < file.xlsx > cells.json

Reads the first sheet with one of these names, else the first sheet, and writes {"sheet": name, "rows": [[cell, …], …]}:
numbers as numbers, dates as ISO text, everything else as text, null where a cell is empty.
"""

import json
import sys
from datetime import date, datetime, time
from io import BytesIO

from openpyxl import load_workbook

try:
    import resource
except ImportError:  # Windows has no limits of this kind; the parent's clock still stands
    resource = None  # type: ignore[assignment]

MEMORY = 3 * 2**30
SECONDS = 120


def cell(value: object) -> object:
    """One cell as JSON can hold it."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return value if value is None or isinstance(value, int | float | str) else str(value)


def main() -> None:
    """The child's whole life."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    book = load_workbook(BytesIO(sys.stdin.buffer.read()), read_only=True, data_only=True)
    names = [name for name in sys.argv[1:] if name in book.sheetnames]
    sheet = book[names[0]] if names else book.worksheets[0]
    rows = [[cell(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    sys.stdout.write(json.dumps({"sheet": sheet.title, "rows": rows}))


if __name__ == "__main__":
    main()
