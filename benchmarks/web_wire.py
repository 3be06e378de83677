"""What does a browser say to the Streamlit form? A visitor without a browser: its websocket, its messages, no page."""

import asyncio
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

PAGE = "phieu"


class Visitor:
    """One open form. `url` like http://127.0.0.1:8501, `query` the form's address after `?` with its key.

    `address` is the visitor's own in 127.0.0.0/8, so that the server's limits see many people and not one.
    """

    def __init__(self, url: str, query: str, *, address: str = "127.0.0.1", timeout: float = 60.0) -> None:
        self._stream = f"ws{url.removeprefix('http')}/_stcore/stream"
        self._query = query
        self._address = address
        self._timeout = timeout
        self.widgets: dict[str, Element] = {}
        self._fragments: dict[str, str] = {}
        self.texts: list[str] = []
        self.received = 0

    async def __aenter__(self) -> Self:
        self._socket = await websockets.connect(
            self._stream,
            subprotocols=[websockets.Subprotocol("streamlit")],
            local_addr=(self._address, 0),
            max_size=None,
            open_timeout=self._timeout,
            ping_interval=None,
        )
        await self.run()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._socket.close()

    async def run(self, *, values: Mapping[str, str] | None = None, press: str | None = None) -> None:
        """One run of the page: with these values of radios and text boxes by question, and this button pressed."""
        message = BackMsg()
        message.rerun_script.query_string = self._query
        message.rerun_script.page_name = PAGE
        states = message.rerun_script.widget_states.widgets
        for name, value in (values or {}).items():
            states.add(id=self._id(f"-q-{name}-"), string_value=value)
        if press is not None:
            pressed = self._id(press)
            states.add(id=pressed, trigger_value=True)
            message.rerun_script.fragment_id = self._fragments.get(pressed, "")
        await self._socket.send(message.SerializeToString())
        if not message.rerun_script.fragment_id:
            self.widgets, self._fragments, self.texts = {}, {}, []
        async with asyncio.timeout(self._timeout):
            await self._read()

    def options(self) -> dict[str, list[str]]:
        """The options of every question on the page that has some."""
        return {
            name.partition("-q-")[2].partition("-")[0]: list(element.radio.options)
            for name, element in self.widgets.items()
            if element.WhichOneof("type") == "radio"
        }

    async def _read(self) -> None:
        """Takes in what a run draws, up to its end. Raises RuntimeError for a run that failed."""
        while True:
            raw = await self._socket.recv(decode=False)
            self.received += len(raw)
            said = ForwardMsg.FromString(raw)
            kind = said.WhichOneof("type")
            if kind == "delta" and said.delta.WhichOneof("type") == "new_element":
                self._notice(said.delta.new_element, said.delta.fragment_id)
            elif kind == "page_info_changed":
                self._query = said.page_info_changed.query_string
            elif kind == "script_finished":
                if said.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    continue  # a later run goes on from here
                return

    def _notice(self, element: Element, fragment: str) -> None:
        kind = element.WhichOneof("type")
        if kind in ("radio", "button", "text_area", "text_input"):
            self.widgets[getattr(element, kind).id] = element
            self._fragments[getattr(element, kind).id] = fragment
        elif kind == "heading":
            self.texts.append(element.heading.body)
        elif kind in ("markdown", "alert"):
            self.texts.append(getattr(element, kind).body)

    def _id(self, part: str) -> str:
        """The only widget whose key has this part."""
        found = [name for name in self.widgets if part in name]
        if len(found) != 1:
            raise LookupError(f"{len(found)} widgets for {part}: {sorted(self.widgets)}")
        return found[0]
