"""Where does the office keep its registry of units? As an office paper, every revision of it."""

from datetime import date

from survey.store.store import Store
from survey.units import Registry, from_json, to_json

PAPER = "units"


def office_units(store: Store) -> tuple[Registry, int]:
    """The registry as it is kept and its revision; an empty one and 0 if there is none. Raises Refused if damaged."""
    paper = store.office_paper(PAPER)
    return (Registry(), 0) if paper is None else (from_json(paper.content), paper.revision)


def keep_units(store: Store, registry: Registry, actor: str, day: date, after: int) -> int:
    """Keep the registry as the newest revision, whose number is returned. `after`: the revision it was made from.

    Raises Refused (STO_PAPER_MOVED) when somebody kept another one meanwhile.
    """
    return store.save_office_paper(PAPER, to_json(registry), actor, day.isoformat(), after=after)
