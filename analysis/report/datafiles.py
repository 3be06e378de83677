"""How do the answers become CSV and Parquet? The columns of «Phiếu», so that `hailong report` reads them back."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from analysis.report.cells import safe_csv
from analysis.report.figures import Figures
from analysis.report.slip_columns import SlipColumn, Value, slip_columns

Separator = Literal[";", ","]

BOM = "\N{BOM}"
"""Without it Excel reads UTF-8 as another encoding and Vietnamese letters are lost."""


def csv_file(figures: Figures, separator: Separator) -> bytes:
    """The answers as CSV in UTF-8 with a byte-order mark. Text that looks like a formula gets «'» before it.

    `;` goes with a decimal comma, as Excel in Vietnamese reads and writes it; `,` with a decimal point.
    """
    columns = list(slip_columns(figures))
    target = io.StringIO(newline="")
    target.write(BOM)
    writer = csv.writer(target, delimiter=separator, lineterminator="\r\n")
    writer.writerow([safe_csv(column.header) for column in columns])
    writer.writerows(zip(*(_written(column, separator) for column in columns), strict=True))
    return target.getvalue().encode()


def parquet_file(figures: Figures, slips: Mapping[str, object] | None = None) -> bytes:
    """The answers as typed Parquet; wording, options, provenance and `slips` (what became of those received) are in the
    metadata."""
    columns = list(slip_columns(figures))
    fields, arrays = [], []
    for column in columns:
        array = _array(column)
        fields.append(pa.field(column.header, array.type, metadata=_described(figures, column)))
        arrays.append(array)
    about, asked = figures.about, figures.evaluation.questionnaire
    provenance = {
        "questionnaire_sha256": asked.content_hash(),
        "code_version": about.code_version,
        "created": about.created.isoformat(),
        "source": about.source,
        "demonstration": json.dumps(about.demonstration),
        **({"slips": json.dumps(slips)} if slips else {}),
        **{f"provenance.{name}": str(value) for name, value in figures.evaluation.sample.provenance.items()},
    }
    target = io.BytesIO()
    pq.write_table(pa.table(arrays, schema=pa.schema(fields, metadata=provenance)), target, compression="zstd")
    return target.getvalue()


def _written(column: SlipColumn, separator: Separator) -> Iterator[str]:
    for value in column.values:
        if value is None:
            yield ""
        elif isinstance(value, str):
            yield safe_csv(value)
        else:
            yield repr(value).replace(".", ",") if separator == ";" else repr(value)


def _array(column: SlipColumn) -> Any:
    """Whole numbers, numbers or texts; one text among numbers (of a damaged file) makes all of them texts."""
    values = list(column.values)
    if any(isinstance(value, str) for value in values):
        return pa.array([None if value is None else str(value) for value in values], pa.string())
    if column.question is not None and column.question.kind in ("text", "date", "select_multiple"):
        return pa.nulls(len(values), pa.string())
    whole = all(_is_whole(value) for value in values) and column.form == "plain"
    return pa.array(values, pa.int64() if whole else pa.float64())


def _is_whole(value: Value) -> bool:
    return value is None or isinstance(value, int)


def _described(figures: Figures, column: SlipColumn) -> dict[str, str]:
    """A column's wording, and the wordings of its options."""
    if column.question is None:
        return {}
    options = dict(figures.options(column.question))
    return {
        "label": figures.wording(column.question),
        "options": json.dumps(options, ensure_ascii=False),
        "kind": column.question.kind,
    }
