"""Which row is this? The key that a row of a file always has, so that no file is counted twice."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Final

from survey.errors import Problem, Refused
from survey.incoming.files import Source
from survey.incoming.matching import Matching
from survey.keys import file_key, key_hash, key_mark, paper_key
from survey.sheet import Line
from survey.slips import read_slip
from survey.store import Store

KIND: Final = "withdrawn_imports"
"""The round's working paper that names the rows of withdrawn imports (survey.incoming.undo), by the marks of keys."""


def key_reader(
    source: Source, matching: Matching, round_id: str, secret: bytes, withdrawn: frozenset[str]
) -> Callable[[Line], str | Problem]:
    """A function that gives the keys of this file's rows, asked for in their order, or what is wrong with a row's name.

    In our own template a row is named by its paper slip. A row without a name of its own is known by all that it says,
    and by how many before it say the same. A row whose import was withdrawn gets its next key.
    """
    names = matching.identity
    on_paper = source.shape.name == "template" and names == source.shape.identity
    alike: Counter[str] = Counter()

    def by_content(line: Line) -> list[str]:
        # Without its empty cells: a question that is added later leaves the rows before it as they are.
        cells = sorted((name, str(cell)) for name, cell in line.cells.items() if cell is not None)
        content = hashlib.sha256(json.dumps(cells).encode()).hexdigest()
        alike[content] += 1
        return [content, str(alike[content])]

    def key(said: list[str], again: int) -> str:
        if on_paper:
            return paper_key(secret, read_slip(said[0], round_id), round_id, again)
        parts = [source.shape.name, *said, *([str(again)] if again else [])]
        return file_key(secret, json.dumps(parts, ensure_ascii=False), round_id)

    def read(line: Line) -> str | Problem:
        said = [str(line.cells.get(name) or "") for name in names] if names else by_content(line)
        if not any(said):
            return source.table.problem(line, names[0], "TAB_BLANK")
        try:
            return next(found for again in count() if key_mark(key_hash(found := key(said, again))) not in withdrawn)
        except Refused as refused:
            return replace(refused.problems[0], sheet=source.table.sheet, row=line.number, column=names[0])

    return read


def withdrawn(store: Store, round_id: str) -> tuple[frozenset[str], int]:
    """The marks of the rows whose import was withdrawn, and the paper's revision, 0 if there is none."""
    paper = store.paper(round_id, KIND)
    return (frozenset(json.loads(paper.content)), paper.revision) if paper is not None else (frozenset(), 0)
