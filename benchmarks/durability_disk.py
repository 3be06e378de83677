"""A disk whose power can be cut: a file system in an image file, on a loop device. Needs root and Linux."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Disk:
    """The image in `folder`, mounted at `place`."""

    folder: Path
    number: int = 0

    @property
    def place(self) -> Path:
        return self.folder / "mounted"

    @property
    def _image(self) -> Path:
        return self.folder / f"image_{self.number}"

    def make(self) -> None:
        """An empty ext4 of 2 GiB (sparse), mounted."""
        with self._image.open("wb") as image:
            image.truncate(2 << 30)
        subprocess.run(["mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", self._image], check=True)
        self.place.mkdir()
        self._mount()

    def cut(self) -> None:
        """Lay aside a copy of what the disk holds at this moment, whatever the kernel has not sent to it yet."""
        copy = self.folder / f"image_{self.number + 1}"
        subprocess.run(["cp", "--sparse=always", self._image, copy], check=True)

    def back(self) -> None:
        """Go on with the copy, as after the power came back. Nobody may use the disk any more."""
        self.unmount()
        self._image.unlink()
        self.number += 1
        self._mount()

    def unmount(self) -> None:
        subprocess.run(["umount", self.place], check=True)

    def _mount(self) -> None:
        subprocess.run(["mount", "-o", "loop", self._image, self.place], check=True)


def can_cut() -> bool:
    """Whether this machine lets us make such a disk."""
    return os.name == "posix" and os.geteuid() == 0 and Path("/dev/loop-control").exists()


def freeze(pids: list[int]) -> None:
    """Stop the processes where they are. Who is inside a write or an fsync stays there; nobody computes any more."""
    for pid in pids:
        with suppress(ProcessLookupError):  # a helper of the server that ended by itself
            os.kill(pid, signal.SIGSTOP)
    while any(_state(pid) == "R" for pid in pids):
        time.sleep(0.0002)


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "X"
