"""Which slips were taken out, by whom and why? Two persons, every step a row of its own."""

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from survey.errors import Problem, Refused
from survey.store.kept import Kept
from survey.store.records import VoidAct
from survey.store.schema import responses, voids

_FIELDS = (voids.c.id, voids.c.response_id, voids.c.act, voids.c.reason, voids.c.actor, voids.c.day)


class Voids(Kept):
    """Acts about slips. Triggers in the database keep their order: asked, then decided by somebody else."""

    def add_void_act(self, act: VoidAct) -> None:
        """Keep the act. After a refusal one may ask again; after an approval nothing more can be done.

        Raises Refused: VOI_UNKNOWN (no such slip), VOI_ASKED (asked and undecided), VOI_NOT_ASKED (nothing to decide),
        VOI_SAME (approved by who asked), VOI_DONE (voided already).
        """
        step = select(func.count()).where(voids.c.response_id == act.response_id).scalar_subquery()
        row = {column.name: getattr(act, column.name) for column in _FIELDS}
        try:
            with self._write() as writer:
                writer.execute(self._insert(voids).values(step=step, **row))
        except IntegrityError as error:  # somebody else took this step in the same moment
            raise Refused([Problem(code="VOI_ASKED" if act.act == "ask" else "VOI_NOT_ASKED")]) from error

    def void_acts(self, round_id: str) -> tuple[VoidAct, ...]:
        """All acts about the round's slips: by slip (random id), then in the order they were done."""
        query = (
            select(*_FIELDS)
            .join(responses, responses.c.id == voids.c.response_id)
            .where(responses.c.round_id == round_id)
            .order_by(voids.c.response_id, voids.c.step)
        )
        with self._read() as reader:
            return tuple(VoidAct(**row._asdict()) for row in reader.execute(query))

    def ask_withdrawal(self, receipt_hash: str, id: str, day: str) -> bool:
        """The citizen with this receipt asks that the slip be taken out: an act `id` of this `day` by "citizen".

        False if there is no such slip, or its withdrawal was asked for and is undecided, or it is voided.
        """
        with self._write() as writer:
            return self._door.ask_withdrawal(writer, receipt_hash, id, day)
