"""What does a browser without JavaScript say to a form? A citizen's requests over a plain socket, one by one."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

_STAMP = re.compile(rb'name="_luc" value="([^"]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One response: status, Location (empty if none), body."""

    status: int
    location: str
    body: bytes


class Citizen:
    """One person with an address of its own in 127.0.0.0/8, so that the server's limits see many people.

    Each visit is a new connection, as after minutes of reading; what belongs to one visit goes over one.
    """

    def __init__(self, url: str, address: str = "127.0.0.1", timeout: float = 60.0) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._address = address
        self._timeout = timeout
        self.form = ""
        self.page = b""

    async def open(self, path: str) -> None:
        """From the poster's address to the form. Raises RuntimeError if it is not shown."""
        async with asyncio.timeout(self._timeout):
            reader, writer = await self._connect()
            moved = await _ask(reader, writer, "GET", path)
            self.form = moved.location or path
            shown = await _ask(reader, writer, "GET", self.form) if moved.location else moved
            writer.close()
        if shown.status != 200 or b"<form" not in shown.body:
            raise RuntimeError(f"no form but {shown.status}")
        self.page = shown.body

    async def send(self, answers: Mapping[str, str]) -> bytes:
        """Sends the form and gives the receipt's page. Raises RuntimeError if the slip was not taken."""
        stamp = _STAMP.search(self.page)
        fields = {**answers, "_luc": stamp[1].decode() if stamp else "", "_trang": "1", "_di": "tiep"}
        async with asyncio.timeout(self._timeout):
            reader, writer = await self._connect()
            moved = await _ask(reader, writer, "POST", self.form, urlencode(fields).encode())
            shown = await _ask(reader, writer, "GET", moved.location) if moved.location else moved
            writer.close()
        if moved.status != 303 or "đã được ghi nhận".encode() not in shown.body:
            raise RuntimeError(f"not taken: {moved.status}, {shown.status}")
        return shown.body

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(self._host, self._port, local_addr=(self._address, 0))


async def _ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, method: str, target: str, body: bytes = b""
) -> Answer:
    head = f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\nSec-Fetch-Site: same-origin\r\n"
    if method == "POST":
        head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
    writer.write(head.encode() + b"\r\n" + body)
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    content = await reader.readexactly(int(headers.get("content-length", "0")))
    return Answer(status=int(first.split()[1]), location=headers.get("location", ""), body=content)
