"""What does this process count of itself, for a monitoring server? Whole numbers and times, nothing of any person.

One registry of our own: no figure of the interpreter, and none by round, office or person. To count costs less than a
millionth of a second, so the door of the slips can afford it.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric

from survey.errors import Problem

Gauge = tuple[str, str, float]
"""A figure of the moment: name, what it is, value."""

Read = Callable[[], Iterable[Gauge]]

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

_registry = CollectorRegistry()
ACCEPTED: Final = Counter(
    "hailong_slips_accepted", "Slips put on disk by this process since it started.", registry=_registry
)
_REFUSED = Counter(
    "hailong_slips_refused",
    "Sendings that were not stored, by the code of the first problem.",
    ["reason"],
    registry=_registry,
)
COMMIT: Final = Histogram(
    "hailong_commit_seconds",
    "How long one commit to disk took, of all slips that waited for it.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=_registry,
)


def refused(problems: Iterable[Problem]) -> None:
    """Count a sending that was not stored, once. The reason is a code of the catalogue, never what was sent."""
    code = next((problem.code for problem in problems), "UNKNOWN")
    _REFUSED.labels(code).inc()


class _Everything:
    """What was counted, and the figures of the moment, asked when somebody reads."""

    def __init__(self, read: Read) -> None:
        self._read = read

    def collect(self) -> Iterator[Metric]:
        """All of them."""
        yield from _registry.collect()
        for name, about, value in self._read():
            yield GaugeMetricFamily(name, about, value)


def text(read: Read) -> bytes:
    """Everything in Prometheus' text form."""
    return generate_latest(_Everything(read))


def serve(host: str, port: int, read: Read) -> Callable[[], None]:
    """Answer to a monitoring server on a port of its own, until what is returned is called. Raises OSError."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Everything(read))
    server, thread = start_http_server(port, host, registry)

    def stop() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return stop
