"""How do slips get in where the citizens' side may read nothing? By functions that run as the database's owner."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from survey.errors import Problem, Refused
from survey.store.codec import response_row
from survey.store.door import must_be_kept, read_invitation
from survey.store.faults import refusal, sqlstate
from survey.store.queue import Outcome, Slip
from survey.store.records import Invitation, ReceiptState

_ACCEPT = text("SELECT accept(CAST(:slips AS json))")
_KEY = text("SELECT key_state(:digest)")
_RECEIPT = text("SELECT round_id, day, voided, asked FROM receipt_state(:digest)")
_CODE = text("SELECT round_id, place, used FROM invitation_state(:digest)")
_ASK = text("SELECT ask_withdrawal(:digest, :id, :day)")

# Bad data, a clash, a rule's refusal, a deadlock: what is wrong with one slip and not with the server.
_ITS_OWN = ("22", "23", "40", "P0")


class Functions:
    """The door of a PostgreSQL database, the same for every role."""

    def __init__(self, where: str) -> None:
        self._where = where

    def add(
        self, writer: Connection, slips: Sequence[Slip], *, wait: bool = True, whole: bool = False
    ) -> Sequence[Outcome]:
        outcomes = self._added(writer, slips)
        if whole:
            must_be_kept(outcomes)
        return outcomes

    def _added(self, writer: Connection, slips: Sequence[Slip]) -> Sequence[Outcome]:
        """All in one call. Where one of them fails, each is tried alone, so that it takes no other with it."""
        try:
            with writer.begin_nested():
                given = [
                    {**response_row(slip.response), "hour": slip.hour, "invitation": slip.invitation} for slip in slips
                ]
                return [
                    _read(verdict) for verdict in writer.execute(_ACCEPT, {"slips": json.dumps(given)}).scalar_one()
                ]
        except DBAPIError as error:
            state = sqlstate(error)
            if not state.startswith(_ITS_OWN):
                raise
            if len(slips) == 1:
                shapeless = Refused([Problem(code="STO_SHAPE")]) if state.startswith("22") else error
                return [refusal(error, self._where) or shapeless]
        except (TypeError, ValueError):  # it has something that is no JSON
            if len(slips) == 1:
                return [Refused([Problem(code="STO_SHAPE")])]
        return [outcome for slip in slips for outcome in self._added(writer, [slip])]

    def key_known(self, reader: Connection, key_hash: str) -> bool:
        return bool(reader.execute(_KEY, {"digest": key_hash}).scalar_one())

    def receipt_state(self, reader: Connection, receipt_hash: str) -> ReceiptState | None:
        found = reader.execute(_RECEIPT, {"digest": receipt_hash}).one_or_none()
        return None if found is None else ReceiptState(**found._asdict())

    def invitation(self, reader: Connection, code_hash: str) -> Invitation | None:
        return read_invitation(reader.execute(_CODE, {"digest": code_hash}).mappings().one_or_none())

    def ask_withdrawal(self, writer: Connection, receipt_hash: str, id: str, day: str) -> bool:
        return bool(writer.execute(_ASK, {"digest": receipt_hash, "id": id, "day": day}).scalar_one())


def _read(verdict: Any) -> Outcome:
    if verdict in {"stored", "known"}:
        return bool(verdict == "stored")
    return Refused([Problem(code=verdict)])
