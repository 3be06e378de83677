"""Ten units in four strata, on which R has made replicates."""

import pandas as pd


def small(**columns: list[float]) -> pd.DataFrame:
    """Ten units in four strata: the data behind R's numbers below."""
    return pd.DataFrame(
        {
            "h": [1, 1, 1, 2, 2, 3, 3, 4, 4, 4],
            "y": [1.0, 4, 2, 7, 9, 3, 8, 5, 1, 6],
            "x": [2.0, 3, 3, 5, 4, 2, 6, 4, 2, 3],
            "w": [3.0, 3, 3, 5, 5, 2, 2, 4, 4, 4],
            "N": [9, 9, 9, 10, 10, 4, 4, 12, 12, 12],
            "M": [40] * 10,
        }
        | columns
    )
