"""How long must somebody wait after wrong tries?"""

from dataclasses import dataclass, field
from threading import Lock
from typing import Final

FREE_TRIES: Final = 5
FIRST_WAIT: Final = 30.0
LONGEST_WAIT: Final = 900.0

_REMEMBERED = 10_000


@dataclass(slots=True)
class Patience:
    """How long a client must wait before the next try: nothing for five tries, then 30 s, doubling up to 15 min.

    Kept in memory only and per client, so that a stranger's guesses do not lock the analyst out.
    """

    _tries: dict[str, tuple[int, float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def try_now(self, client: str, now: float) -> float:
        """Counts a try and returns 0, or returns the seconds still to wait and counts nothing."""
        with self._lock:
            tries, free_at = self._tries.pop(client, (0, 0.0))
            wait = free_at - now
            if wait <= 0:
                tries += 1
                pause = min(FIRST_WAIT * 2 ** max(0, min(tries - FREE_TRIES, 10)), LONGEST_WAIT)
                free_at = now + pause if tries >= FREE_TRIES else 0.0
            self._tries[client] = (tries, free_at)
            while len(self._tries) > _REMEMBERED:
                del self._tries[next(iter(self._tries))]
            return max(wait, 0.0)

    def forget(self, client: str) -> None:
        """The client has shown the right passcode."""
        with self._lock:
            self._tries.pop(client, None)
