"""How does a table leave as CSV? So that Excel opens it in Vietnamese, and no cell of it starts a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

_LIVE = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the start of a formula


def csv_file(rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV that Excel opens in Vietnamese; a text that would start a formula gets an apostrophe before it."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([f"'{cell}" if cell.startswith(_LIVE) else cell for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
