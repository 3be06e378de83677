"""What may the citizens' side do? Give a slip, and ask about a key, a receipt or an invitation that it holds."""

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import Connection, Executable, RowMapping, bindparam, delete, func, literal_column, select, update
from sqlalchemy.dialects.sqlite import dialect, insert

from survey.errors import Problem, Refused
from survey.store.codec import response_row
from survey.store.faults import refusal
from survey.store.queue import Outcome, Slip
from survey.store.records import Invitation, ReceiptState
from survey.store.schema import desk_counts, drafts, invitations, responses, voids
from survey.store.sqlite import DBAPI, begin, raised


class Door(Protocol):
    """Each method works in the transaction, or with the reader, that it is given; but for `add` on a SQLite file."""

    def add(
        self, writer: Connection, slips: Sequence[Slip], *, wait: bool = True, whole: bool = False
    ) -> Sequence[Outcome]:
        """Keep each slip, or say what is wrong with it alone. Raises what concerns them all.

        `wait`: for another process that is writing; a server decides that itself. `whole`: all of them or none, so that
        what is wrong with one is raised, as Refused, and the transaction comes to nothing.
        A SQLite file's makes the transaction: of the time that a small commit takes, SQLAlchemy's was a fourth.
        """
        ...

    def key_known(self, reader: Connection, key_hash: str) -> bool:
        """Whether a slip with this key is kept."""
        ...

    def receipt_state(self, reader: Connection, receipt_hash: str) -> ReceiptState | None:
        """The state of the slip with this receipt, None if there is none."""
        ...

    def invitation(self, reader: Connection, code_hash: str) -> Invitation | None:
        """The invitation with this code, None if there is none."""
        ...

    def ask_withdrawal(self, writer: Connection, receipt_hash: str, id: str, day: str) -> bool:
        """Ask for it in the citizen's name; False if there is no such slip, or it was asked for, or it is voided."""
        ...


def _words(statement: Executable) -> str:
    """Its SQL, for the driver: of the time that a slip takes, SQLAlchemy's execution was nearly half."""
    return str(statement.compile(dialect=dialect(paramstyle="named")))  # type: ignore[attr-defined]


_ADD = _words(insert(responses).on_conflict_do_nothing(index_elements=["key_hash"]))
_COUNT = _words(
    insert(desk_counts).on_conflict_do_update(
        index_elements=["round_id", "place", "hour"],
        set_={"number": desk_counts.c.number + insert(desk_counts).excluded.number},
    )
)
_KEY = select(responses.c.id).where(responses.c.key_hash == bindparam("digest"))
_RECEIPT = select(responses.c.id, responses.c.round_id, responses.c.day).where(
    responses.c.receipt_hash == bindparam("digest")
)
_ACTS = select(voids.c.act).where(voids.c.response_id == bindparam("id")).order_by(voids.c.step)
_CODE = select(invitations.c.round_id, invitations.c.place, invitations.c.used).where(
    invitations.c.code_hash == bindparam("digest")
)
_KNOWN, _INVITED = _words(_KEY), _words(_CODE)
_BURN = _words(
    update(invitations).where(invitations.c.code_hash == bindparam("digest")).values(used=literal_column("1"))
)
_ITS_OWN = (DBAPI.DataError, DBAPI.InterfaceError, DBAPI.ProgrammingError, TypeError, ValueError, OverflowError)
"""What a slip that cannot be written raises: half a letter, a number or a text too large, what no column holds."""

_DROP = _words(delete(drafts).where(drafts.c.key_hash == bindparam("digest")))


class Tables:
    """The door of a SQLite file, where whoever may write may write everything."""

    def __init__(self, where: str) -> None:
        self._where = where

    def add(
        self, writer: Connection, slips: Sequence[Slip], *, wait: bool = True, whole: bool = False
    ) -> Sequence[Outcome]:
        driver: Any = writer.connection.driver_connection
        try:
            begin(driver, wait=wait)
            try:
                outcomes = self._kept(driver, slips)
                if whole:
                    must_be_kept(outcomes)
                driver.execute("COMMIT")
            except BaseException:
                if driver.in_transaction:
                    driver.execute("ROLLBACK")
                raise
        except DBAPI.Error as error:
            raise raised(error) from error
        return outcomes

    def _kept(self, driver: Any, slips: Sequence[Slip]) -> Sequence[Outcome]:
        outcomes: list[Outcome] = []
        desks: dict[tuple[str, str, str], int] = {}
        for slip in slips:
            outcome = self._one(driver, slip)
            outcomes.append(outcome)
            if isinstance(outcome, bool):
                driver.execute(_DROP, {"digest": slip.response.key_hash})
            if outcome is True and slip.hour:
                desk = (slip.response.round_id, slip.response.place or "", slip.hour)
                desks[desk] = desks.get(desk, 0) + 1
        for (round_id, place, hour), number in desks.items():
            driver.execute(_COUNT, {"round_id": round_id, "place": place, "hour": hour, "number": number})
        return outcomes

    def _one(self, driver: Any, slip: Slip) -> Outcome:
        """The insert comes before anything else is changed: where it fails, SQLite undoes that one statement."""
        response, code = slip.response, slip.invitation
        try:
            if code is not None and driver.execute(_KNOWN, {"digest": response.key_hash}).fetchone() is None:
                invited = driver.execute(_INVITED, {"digest": code}).fetchone()
                if invited is None or invited[0] != response.round_id:
                    return Refused([Problem(code="INV_UNKNOWN")])
                if invited[2]:
                    return Refused([Problem(code="INV_USED")])
            stored: bool = driver.execute(_ADD, response_row(response)).rowcount == 1
        except DBAPI.IntegrityError as error:
            known = raised(error)
            return refusal(known, self._where) or known
        except _ITS_OWN:
            return Refused([Problem(code="STO_SHAPE")])
        if stored and code is not None:
            driver.execute(_BURN, {"digest": code})
        return stored

    def key_known(self, reader: Connection, key_hash: str) -> bool:
        return reader.execute(_KEY, {"digest": key_hash}).one_or_none() is not None

    def receipt_state(self, reader: Connection, receipt_hash: str) -> ReceiptState | None:
        found = reader.execute(_RECEIPT, {"digest": receipt_hash}).one_or_none()
        if found is None:
            return None
        acts = reader.execute(_ACTS, {"id": found.id}).scalars().all()
        return ReceiptState(
            round_id=found.round_id, day=found.day, voided="approve" in acts, asked=acts[-1:] == ["ask"]
        )

    def invitation(self, reader: Connection, code_hash: str) -> Invitation | None:
        return read_invitation(reader.execute(_CODE, {"digest": code_hash}).mappings().one_or_none())

    def ask_withdrawal(self, writer: Connection, receipt_hash: str, id: str, day: str) -> bool:
        state = self.receipt_state(writer, receipt_hash)
        if state is None or state.voided or state.asked:
            return False
        response_id = writer.execute(_RECEIPT, {"digest": receipt_hash}).one().id
        step = select(func.count()).where(voids.c.response_id == response_id).scalar_subquery()
        row = {"id": id, "response_id": response_id, "act": "ask", "reason": "", "actor": "citizen", "day": day}
        writer.execute(insert(voids).values(step=step, **row))
        return True


def must_be_kept(outcomes: Sequence[Outcome]) -> None:
    """Raises what is wrong with any of the slips: Refused with all its problems, each once."""
    wrong = [outcome for outcome in outcomes if not isinstance(outcome, bool)]
    for outcome in wrong:
        if not isinstance(outcome, Refused):
            raise outcome
    told = {problem.say(): problem for refused in wrong if isinstance(refused, Refused) for problem in refused.problems}
    if told:
        raise Refused(told.values())


def read_invitation(row: RowMapping | None) -> Invitation | None:
    """The invitation of a row with round_id, place and used."""
    if row is None:
        return None
    return Invitation(round_id=row["round_id"], place=row["place"], used=row["used"] == 1)
