"""Is the library there that an engine needs? It is installed on request only."""

from importlib import import_module
from typing import Any

from analysis.estimation.errors import EstimationError


def extra(library: str, name: str) -> Any:
    """The library, which the extra `name` installs. Raises EstimationError that says how, where it is absent."""
    try:
        return import_module(library)
    except ModuleNotFoundError as absent:
        if absent.name != library.partition(".")[0]:
            raise
        raise EstimationError("TOT_NO_EXTRA", library=library, extra=name) from None
