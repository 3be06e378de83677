"""What importing the estimation core costs, in a fresh interpreter."""

import subprocess
import sys
from pathlib import Path

import analysis.estimation

ROOT = Path(__file__).parents[3]
HEAVY = ("pandas", "polars", "scipy.stats", "statsmodels", "matplotlib", "duckdb", "pyarrow", "pyspark", "survey")
MODULES = ("analysis.estimation", "analysis.estimation.planning", "analysis.estimation.table_file")


def fresh(program: str) -> str:
    command = [sys.executable, "-c", program]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def test_the_core_brings_in_neither_pandas_nor_scipy_stats() -> None:
    found = fresh(f"import sys, {', '.join(MODULES)}\nprint(*sys.modules)").split()
    assert set(MODULES) <= set(found)
    assert not set(HEAVY) & set(found)


def test_the_core_is_imported_in_a_second() -> None:
    """CPU, best of three: what the machine does besides is not ours."""
    program = "import time\nstart = time.process_time()\nimport analysis.estimation\nprint(time.process_time() - start)"
    assert min(float(fresh(program)) for _ in range(3)) <= 1.0


def test_estimates_of_plain_arrays_need_no_pandas_either() -> None:
    program = """
import sys
import numpy as np
from analysis.estimation import Design, Sample, mean, quantile, rake, replicate, share
rows = {"psu": np.repeat(range(10), 5), "sex": np.tile([1, 2], 25), "q": np.arange(50) % 5 + 1.0}
sample = rake(Sample.of(rows, Design(psu="psu")), {"sex": {"1": 30, "2": 20}})
for each in (sample, replicate(sample, "JK1")):
    assert np.isfinite([*mean(each, "q").se, *share(each, "q", (4, 5)).high, *quantile(each, "q", 0.5).value]).all()
assert "pandas" not in sys.modules and "scipy.stats" not in sys.modules
"""
    fresh(program)


def test_every_exported_name_is_there_and_none_is_a_module() -> None:
    for name in analysis.estimation.__all__:
        assert callable(getattr(analysis.estimation, name)), name
    assert analysis.estimation.__all__ == sorted(analysis.estimation.__all__)
