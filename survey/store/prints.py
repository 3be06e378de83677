"""Which secret files belong to this database?"""

from sqlalchemy import select

from survey.store.kept import Kept
from survey.store.schema import key_prints


class Prints(Kept):
    """The prints (a hash each) of the secrets that all processes on one server must share."""

    def key_print(self, name: str) -> str | None:
        """The print of the secret of this name, None if no process has noted one."""
        with self._read() as reader:
            return reader.execute(select(key_prints.c.print).where(key_prints.c.name == name)).scalar_one_or_none()

    def note_key_print(self, name: str, print: str) -> None:
        """Note it unless there is one; ask `key_print` which. The public role may not (STO_DENIED)."""
        with self._write() as writer:
            row = {"name": name, "print": print}
            writer.execute(self._insert(key_prints).on_conflict_do_nothing(index_elements=["name"]), row)
