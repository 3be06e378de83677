"""Where is it kept? The only SQL of the house: append-only, exactly once, durable before it is acknowledged."""

from survey.store.records import Checkpoint, Counts, Invitation, OfficePaper, ReceiptState, VoidAct, WorkingPaper
from survey.store.store import Store

__all__ = ["Checkpoint", "Counts", "Invitation", "OfficePaper", "ReceiptState", "Store", "VoidAct", "WorkingPaper"]
