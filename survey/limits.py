"""How often may one address, and one desk's link, knock? Token buckets in memory, without keeping the address.

A bucket is found by an HMAC of the address under a key that this process draws for itself and again every day: the
address is neither stored nor logged, nor kept in memory beyond the request, and yesterday's buckets say nothing.
Each process has its own buckets: two processes let through twice as much.

Whose address? Behind a proxy the server must be told which proxy to believe (uvicorn's --forwarded-allow-ips), and
then `request.client.host` is the citizen's; otherwise all citizens have the proxy's address and share one bucket.
"""

import hmac
import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

_DAY = 86_400
_REMEMBERED = 50_000  # buckets, about 10 MB; the one longest unused goes first, and comes back full
_HASH_BYTES = 12
_WITH_PORT = re.compile(r"\[([^\]]*)\](?::\d*)?|([^:]*):\d*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many at once, then so many a second."""

    burst: int
    per_second: float


SENDS = Rate(burst=60, per_second=1.0)
"""Slips from one address. A one-stop office's Wi-Fi and a mobile network put hundreds of citizens behind one address:
60 who finish together pass, then one a second, more than any office's visitors and 3,600 an hour for a machine."""

PAGES = Rate(burst=300, per_second=10.0)
"""Pages from one address: every slip takes several, with errors mended and drafts kept."""

DESK = Rate(burst=30, per_second=0.5)
"""Slips through one desk's link: 30 in a minute. A desk sees one citizen every few minutes; a class of people who are
asked to answer together still passes."""


class Limits:
    """The buckets of one kind of request. For use by many threads at once."""

    def __init__(
        self,
        random: Callable[[int], bytes],
        by_address: Rate = SENDS,
        by_desk: Rate = DESK,
        remembered: int = _REMEMBERED,
    ) -> None:
        self._random = random
        self._rates = (by_address, by_desk)
        self._remembered = remembered
        self._key = b""
        self._day = -1
        self._buckets: dict[bytes, tuple[float, float]] = {}  # (tokens, when they were counted)
        self._lock = Lock()

    def allow(self, address: str, desk: str | None, now: float) -> float:
        """Counts the request and returns 0; or counts nothing and returns the seconds to wait.

        `desk` names the counter uniquely, round included, None for none; `now` is any clock in seconds that does not
        jump back (time.monotonic). An IPv6 address counts as its /64 network, which one household has to itself.
        """
        with self._lock:
            if now // _DAY != self._day:
                self._day, self._key = int(now // _DAY), self._random(32)
                self._buckets.clear()
            wanted = [(self._hash(b"a", network(address)), self._rates[0])]
            if desk is not None:
                wanted.append((self._hash(b"d", desk), self._rates[1]))
            tokens = [self._tokens(bucket, rate, now) for bucket, rate in wanted]
            wait = max((1 - left) / rate.per_second for left, (_, rate) in zip(tokens, wanted, strict=True))
            taken = 1 if wait <= 0 else 0
            for left, (bucket, _) in zip(tokens, wanted, strict=True):
                self._buckets[bucket] = (left - taken, now)
            while len(self._buckets) > self._remembered:
                del self._buckets[next(iter(self._buckets))]
            return max(wait, 0.0)

    def _tokens(self, bucket: bytes, rate: Rate, now: float) -> float:
        left, counted = self._buckets.pop(bucket, (float(rate.burst), now))
        return min(float(rate.burst), left + (now - counted) * rate.per_second)

    def _hash(self, kind: bytes, text: str) -> bytes:
        return hmac.digest(self._key, kind + text.encode("utf-8", "replace"), "sha256")[:_HASH_BYTES]


def network(address: str) -> str:
    """What stands for an address: itself, its /64 for IPv6; whatever else it is (a socket, a test) as it stands.

    A port (`192.0.2.1:5678`, `[2001:db8::1]:5678`) and a zone (`fe80::1%eth0`) are left out: else every connection
    would be a client of its own.
    """
    with_port = _WITH_PORT.fullmatch(address)
    bare = next((part for part in with_port.groups() if part is not None), "") if with_port else address
    bare = bare.partition("%")[0]
    if ":" not in bare:
        return bare
    try:
        full = ipaddress.IPv6Address(bare)
    except ValueError:
        return bare
    if full.ipv4_mapped is not None:
        return str(full.ipv4_mapped)
    return (int(full) >> 64).to_bytes(8, "big").hex()
