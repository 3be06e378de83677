"""Which row is this? The key that a row of a file always has, so that no file is counted twice."""

import hashlib
import json
from collections import Counter
from typing import Final

from survey.incoming.files import Source
from survey.incoming.matching import Matching
from survey.keys import file_key, key_hash, paper_key
from survey.sheet import Line
from survey.slips import read_slip
from survey.store import Store

KIND: Final = "withdrawn_imports"
"""The round's working paper that names the rows of withdrawn imports (survey.incoming.undo), by the marks of keys."""

MARK: Final = 24
"""Letters of a key's hash that name it in working papers."""


class Keys:
    """The keys of one file's rows, asked for in their order."""

    def __init__(
        self, source: Source, matching: Matching, round_id: str, secret: bytes, withdrawn: frozenset[str]
    ) -> None:
        self._source, self._names = source, matching.identity
        self._round_id, self._secret, self._withdrawn = round_id, secret, withdrawn
        self._alike: Counter[str] = Counter()

    def of(self, line: Line) -> str | None:
        """The row's key; None where the columns that name it are empty.

        In our own template it is the paper slip's. A row without a name of its own is known by all that it says, and
        by how many before it say the same. A row whose import was withdrawn gets its next key. Raises Refused for a
        slip number that is none (survey.slips).
        """
        said = [str(line.cells.get(name) or "") for name in self._names]
        if self._names and not any(said):
            return None
        if self._source.shape.name == "template":
            number = read_slip(said[0], self._round_id)
        else:
            number = ""
            identity = [self._source.shape.name, *(said if self._names else self._by_content(line))]
        again = 0
        while True:
            if number:
                key = paper_key(self._secret, number, self._round_id, again)
            else:
                parts = [*identity, str(again)] if again else identity
                key = file_key(self._secret, json.dumps(parts, ensure_ascii=False), self._round_id)
            if key_hash(key)[:MARK] not in self._withdrawn:
                return key
            again += 1

    def _by_content(self, line: Line) -> list[str]:
        content = json.dumps([[str(name), str(cell)] for name, cell in sorted(line.cells.items())])
        self._alike[content] += 1
        return [hashlib.sha256(content.encode()).hexdigest(), str(self._alike[content])]


def withdrawn(store: Store, round_id: str) -> tuple[frozenset[str], int]:
    """The marks of the rows whose import was withdrawn, and the paper's revision, 0 if there is none."""
    paper = store.paper(round_id, KIND)
    return (frozenset(json.loads(paper.content)), paper.revision) if paper is not None else (frozenset(), 0)
