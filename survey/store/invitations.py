"""Which one-time invitations were issued, and which are used?"""

from collections.abc import Mapping

from sqlalchemy import delete, func, select

from survey.store.kept import Kept
from survey.store.records import Invitation
from survey.store.schema import invitations


class Invitations(Kept):
    """Invitations by the hash of their code. Nothing links one to the slip that burnt it."""

    def add_invitations(self, round_id: str, codes: Mapping[str, str | None]) -> None:
        """Issue codes (their hashes) for the round, each with the code of its place or None. All or none."""
        rows = [
            {"code_hash": digest, "round_id": round_id, "place": place, "used": 0}
            for digest, place in sorted(codes.items())
        ]
        if rows:
            with self._write() as writer:
                writer.execute(self._insert(invitations), rows)

    def invitation(self, code_hash: str) -> Invitation | None:
        """The invitation with this code, None if there is none."""
        with self._read() as reader:
            return self._door.invitation(reader, code_hash)

    def invitation_counts(self, round_id: str) -> tuple[int, int]:
        """How many were issued for the round and how many of those are used."""
        mine = invitations.c.round_id == round_id
        with self._read() as reader:
            row = reader.execute(select(func.count(), func.coalesce(func.sum(invitations.c.used), 0)).where(mine)).one()
            return int(row[0]), int(row[1])

    def invitation_places(self, round_id: str) -> dict[str | None, tuple[int, int]]:
        """Issued and used, by the place (code; None: any) that a code was issued for."""
        columns = (invitations.c.place, func.count(), func.coalesce(func.sum(invitations.c.used), 0))
        query = select(*columns).where(invitations.c.round_id == round_id).group_by(invitations.c.place)
        with self._read() as reader:
            return {place: (int(issued), int(used)) for place, issued, used in reader.execute(query)}

    def purge_invitations(self, round_id: str) -> int:
        """Throw away the round's invitations. Returns how many there were.

        On PostgreSQL the desk may do it 30 days after the latest close that the round ever had (STO_PURGE_EARLY).
        """
        with self._write() as writer:
            if self._engine.dialect.name == "postgresql":
                return int(writer.execute(select(func.purge_invitations(round_id))).scalar_one())
            return writer.execute(delete(invitations).where(invitations.c.round_id == round_id)).rowcount
