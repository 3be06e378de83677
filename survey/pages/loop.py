"""Which event loop does the server run on? Python's own, woken once for all that waits and not once for each.

Other threads hand their work to the loop and wake it through a socket. Python writes to that every time, and every time
lets go of the interpreter: a page of Streamlit, some fifty messages from a script's thread, was up to fifty changes of
threads, a tenth of what it cost. `uvicorn --loop survey.pages.loop:WakenOnce`, as `hailong serve` has it.
"""

import asyncio
import sys

LOOP = "asyncio" if sys.platform == "win32" else "survey.pages.loop:WakenOnce"
"""What uvicorn calls it. On Windows a loop of this kind takes 512 connections at most: there it is uvicorn's own."""


class WakenOnce(asyncio.SelectorEventLoop):
    """`asyncio.SelectorEventLoop`, not woken again before it has heard the last call.

    What is handed over is in the loop's list before the loop is called, and the loop looks at its list after it has
    heard: while a call lies there unheard, nobody needs to call again.
    """

    _called = False

    def _write_to_self(self) -> None:
        if not self._called:
            self._called = True
            super()._write_to_self()  # type: ignore[misc]

    def _read_from_self(self) -> None:
        super()._read_from_self()  # type: ignore[misc]
        self._called = False  # whoever came a moment before this is in the list, which is looked at next
