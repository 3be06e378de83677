"""Is there room on the disk for more slips?"""

import os
import shutil
import time
from pathlib import Path
from typing import Final

from survey.errors import Problem, Refused

SETTING: Final = "HAILONG_MIN_FREE_MB"
"""Below so many MiB of free disk nothing more is accepted: what is kept must still be closed, backed up and moved."""

DEFAULT: Final = 1024
_SECONDS: Final = 2.0


class Room:
    """The free space of the disk that holds `path`, looked at every 2 seconds at most."""

    def __init__(self, path: Path) -> None:
        given = os.environ.get(SETTING) or str(DEFAULT)
        if not given.isdecimal():
            raise Refused([Problem(code="STO_MIN_FREE", values={"setting": SETTING, "got": given})])
        self._path = path
        self._least = int(given)
        self._free = 0
        self._until = 0.0

    def must_be_left(self) -> None:
        """Raises Refused (STO_DISK_LOW) when there is too little."""
        now = time.monotonic()
        if now >= self._until:
            self._free = shutil.disk_usage(self._path.parent).free >> 20
            self._until = now + _SECONDS
        if self._free < self._least:
            values = {"path": self._path, "free": self._free, "least": self._least}
            raise Refused([Problem(code="STO_DISK_LOW", values=values)])
