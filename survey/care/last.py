"""When was the last backup made, and is it still there? A note in the data folder, written by the backup itself."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from survey.proof.published import write

NOTE: Final = "last-backup.json"
LATE: Final = timedelta(hours=26)
"""A day and two hours: what runs every night is late after that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastBackup:
    """The newest archive: when it was made (aware), where it was put, its bytes and its SHA-256 (hex)."""

    moment: datetime
    file: Path
    size: int
    sha256: str

    @property
    def there(self) -> bool:
        """Whether the archive still stands where it was put, at its full length."""
        try:
            return self.file.stat().st_size == self.size
        except OSError:
            return False


def note_backup(folder: Path, made: LastBackup) -> None:
    """Write the note. Raises OSError."""
    said = {**asdict(made), "moment": made.moment.isoformat(), "file": str(made.file)}
    write(folder / NOTE, json.dumps(said, ensure_ascii=False) + "\n")


def last_backup(folder: Path) -> LastBackup | None:
    """The last backup of this data folder; None if there was none, or the note cannot be read."""
    try:
        said = json.loads((folder / NOTE).read_text("utf-8"))
        moment = datetime.fromisoformat(said["moment"])
        made = LastBackup(moment=moment, file=Path(said["file"]), size=int(said["size"]), sha256=str(said["sha256"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return made if moment.utcoffset() is not None else None
