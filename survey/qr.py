"""How is a text drawn as a QR code? Two settings: for a camera before a poster, and before a screen."""

import segno


def printed(address: str) -> segno.QRCode:
    """For paper: a quarter of it may be torn or dirty (error correction Q), as posters get."""
    return segno.make(address, error="q", micro=False)


def shown(promise: str) -> segno.QRCode:
    """For a screen, drawn while somebody waits: a fixed mask, as trying all eight takes 10 ms more for nothing."""
    return segno.make(promise, error="m", micro=False, mask=3)


def cut_out(address: str) -> segno.QRCode:
    """For paper, hundreds at a time: as `printed`, with a fixed mask, as trying all eight is most of the work."""
    return segno.make(address, error="q", micro=False, mask=3)
