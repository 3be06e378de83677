"""How is a page kept ready that is nearly always the same? Rendered and packed once, its gaps filled per request.

A template marks a gap with `gap("name", "what stands there otherwise")`. Gaps named as live are filled in at every
request; the text between them is compressed when the sheet is made, and a request only joins the pieces: a gzip stream
may hold compressed and stored blocks one after the other (RFC 1951, 3.2.4; after a full flush nothing refers back).
"""

import re
import secrets
import zlib
from collections.abc import Collection, Mapping

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from survey.forms.light.page import SCRIPT, STYLE, document, headers_for

_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
_LAST = b"\x03\x00"  # an empty block that says it is the last
_PACKS = re.compile(r"(?:^|,)\s*(?:gzip|x-gzip)\s*(?:;\s*q=([0-9.]+)\s*)?(?=,|$)", re.IGNORECASE)
_QUICK = 3  # compression of pages that nobody else gets
_STORED = 0xFFFF


class Sheet:
    """One page with gaps. `gaps` are the names of all of them."""

    def __init__(self, text: str, mark: str, live: Collection[str], headers: Mapping[str, str]) -> None:
        pieces = text.split(mark)
        self._fixed = pieces[::2]
        self._names = [piece.partition("=")[0] for piece in pieces[1::2]]
        self._standing = {name: rest for name, _, rest in (piece.partition("=") for piece in pieces[1::2])}
        self.gaps = frozenset(self._names)
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        self._live = [name for name in self._names if name in live]
        self._inner = self.gaps - set(live)
        self._plain = [piece.encode() for piece in self._between(live)]
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        self._packed = [packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH) for piece in self._plain]

    def respond(
        self,
        request: Request,
        gaps: Mapping[str, str],
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """The page with these gaps (HTML by name), packed if the browser takes that."""
        wanted = _PACKS.search(request.headers.get("accept-encoding", ""))
        packs = wanted is not None and (wanted[1] or "1").strip("0.") != ""  # "gzip;q=0" says: anything but gzip
        if gaps.keys() & self._inner:
            content = self.text(gaps).encode("utf-8", "replace")
            if packs:
                content = _HEAD + _packed(content) + _tail([content])
        else:
            content = self._joined(gaps) if packs else b"".join(self._woven(gaps, self._plain))
        response = Response(content, status, headers, "text/html")
        response.raw_headers += self._headers
        if packs:
            response.raw_headers.append((b"content-encoding", b"gzip"))
        return response

    def text(self, gaps: Mapping[str, str]) -> str:
        """The page with these gaps."""
        filled = [self._fixed[0]]
        for name, piece in zip(self._names, self._fixed[1:], strict=True):
            found = gaps.get(name)
            filled.append(self._standing[name] if found is None else found)
            filled.append(piece)
        return "".join(filled)

    def _between(self, live: Collection[str]) -> list[str]:
        pieces = [self._fixed[0]]
        for name, piece in zip(self._names, self._fixed[1:], strict=True):
            if name in live:
                pieces.append(piece)
            else:
                pieces[-1] += self._standing[name] + piece
        return pieces

    def _woven(self, gaps: Mapping[str, str], pieces: list[bytes]) -> list[bytes]:
        woven = [pieces[0]]
        for name, piece in zip(self._live, pieces[1:], strict=True):
            found = gaps.get(name)
            woven += ((self._standing[name] if found is None else found).encode(), piece)
        return woven

    def _joined(self, gaps: Mapping[str, str]) -> bytes:
        plain = self._woven(gaps, self._plain)
        blocks = [self._packed[0]]
        for filled, packed in zip(plain[1::2], self._packed[1:], strict=True):
            blocks += (_stored(filled), packed)
        return b"".join((_HEAD, *blocks, _LAST, _tail(plain)))


def sheet(
    template: str, *, language: str, live: Collection[str] = (), extra_style: str = "", **values: object
) -> Sheet:
    """A page of `survey.forms.light.page` with gaps. `live`: those filled at every request.

    `extra_style` stands in the page beside the common one. Values may hold anything: gaps are marked by chance text.
    """
    mark = f"\x00{secrets.token_hex(16)}\x00"

    def gap(name: str, otherwise: str = "") -> Markup:
        return Markup("{0}{1}={2}{0}").format(mark, name, otherwise)

    text = document(template, language=language, gap=gap, extra_style=extra_style, **values)
    styles = [STYLE, extra_style] if extra_style else [STYLE]
    return Sheet(text, mark, live, headers_for(styles, [SCRIPT] if values.get("script") else []))


def _packed(content: bytes) -> bytes:
    packer = zlib.compressobj(_QUICK, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def _stored(content: bytes) -> bytes:
    """The bytes as stored blocks, not compressed."""
    if not content:
        return b""
    pieces = [content[at : at + _STORED] for at in range(0, len(content), _STORED)]
    return b"".join(
        b"\x00" + len(piece).to_bytes(2, "little") + (len(piece) ^ _STORED).to_bytes(2, "little") + piece
        for piece in pieces
    )


def _tail(content: list[bytes]) -> bytes:
    check = 0
    for piece in content:
        check = zlib.crc32(piece, check)
    return check.to_bytes(4, "little") + (sum(map(len, content)) & 0xFFFFFFFF).to_bytes(4, "little")
