"""Which half-filled forms are kept for a while?"""

from sqlalchemy import bindparam, delete, select

from survey.store.kept import Kept
from survey.store.schema import drafts

_CONTENT = select(drafts.c.content).where(drafts.c.key_hash == bindparam("digest"))


class Drafts(Kept):
    """Drafts by the hash of their form's key. What is in them is the form's business: it seals them."""

    def save_draft(self, key_hash: str, content: bytes, day: str) -> None:
        """Keep this draft instead of the earlier one. Raises Refused like Store.add."""
        self._must_have_room()
        row = {"content": content, "day": day}
        statement = self._insert(drafts).values(key_hash=key_hash, **row)
        with self._write() as writer:
            writer.execute(statement.on_conflict_do_update(index_elements=["key_hash"], set_=row))

    def draft(self, key_hash: str) -> bytes | None:
        """The draft with this key, None if there is none."""
        with self._read() as reader:
            return reader.execute(_CONTENT, {"digest": key_hash}).scalar_one_or_none()

    def drop_draft(self, key_hash: str) -> None:
        """Throw the draft away, if there is one."""
        with self._write() as writer:
            writer.execute(delete(drafts).where(drafts.c.key_hash == key_hash))

    def purge_drafts(self, before: str) -> int:
        """Throw away all drafts last saved before this day (ISO). Returns how many there were."""
        with self._write() as writer:
            return writer.execute(delete(drafts).where(drafts.c.day < before)).rowcount
