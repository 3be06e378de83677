"""What went wrong in an estimation, as a value: a code, the column or stratum it is about, and in English the cure."""

_WORDING = {
    "EST_NO_COLUMN": "the data has no column «{column}»; it has: {columns}",
    "EST_NO_ROWS": "there is no row to estimate from",
    "EST_NOT_NUMBER": "column «{column}», row {row}: «{got}» is not a number",
    "EST_MISSING_DESIGN": "column «{column}» is empty in {count} rows (first: row {row}); the design needs a value in every row",
    "EST_BAD_WEIGHT": "column «{column}», row {row}: the weight {got} is not a positive number",
    "EST_FPC_VARIES": "column «{column}»: stratum «{stratum}» has more than one population size",
    "EST_FPC_SMALL": "column «{column}»: stratum «{stratum}» has {count} PSUs in the sample but only {got} in the population",
    "EST_LONELY": "these strata have a single PSU: {strata}; merge them with a neighbour or choose lonely_psu='adjust'",
    "EST_WHERE_LENGTH": "where= has {got} values for {rows} rows",
    "EST_BAD_OPTION": "«{got}» is not one of: {allowed}",
    "EST_BAD_LEVEL": "the confidence level {got} is not between 0 and 1",
    "WGT_NO_MARGINS": "no population margins were given",
    "WGT_ONE_MARGIN": "post-stratification needs exactly one margin, possibly joint (sex|age), but {count} were given",
    "WGT_MISSING": "column «{variable}» is empty in {count} rows (first: row {row}); weighting needs a value in every row",
    "WGT_NO_TARGET": "margin «{variable}»: level «{level}» occurs in {count} responses but has no population total",
    "WGT_EMPTY_CELL": "margin «{variable}»: nobody answered in level «{level}», so its total {target} cannot be met; merge levels",
    "WGT_BAD_TARGET": "margin «{variable}», level «{level}»: the total {target} is not a number of people",
    "WGT_TOTALS_DIFFER": "the margins do not add up to the same population: {totals}",
    "WGT_NOT_CONVERGED": "raking did not converge: margin «{variable}», level «{level}» is off by {error} after {iterations} iterations",
}


class EstimationError(ValueError):
    """Raised for data or options that no honest number can come from. `code` and `values` let a caller word it anew."""

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.values = values
        super().__init__(_WORDING[code].format(**values))


def codes() -> tuple[str, ...]:
    """All codes there are."""
    return tuple(_WORDING)
