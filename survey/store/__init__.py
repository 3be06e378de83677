"""Where is it kept? The only SQL of the house: append-only, exactly once, durable before it is acknowledged."""

from survey.store.store import Counts, Store

__all__ = ["Counts", "Store"]
