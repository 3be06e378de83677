"""Texts that have broken forms, stores and spreadsheets elsewhere: the standing fixture for everything that takes text.

`HOSTILE` maps a name to a text. All but those in `REFUSED` must be taken, kept as `kept(text)` and come back equal.
"""

import unicodedata

HOSTILE: dict[str, str] = {
    "nfc": unicodedata.normalize("NFC", "Thủ tục nhanh, cán bộ nhiệt tình ở xã Quỳnh Sơn"),
    "nfd": unicodedata.normalize("NFD", "Thủ tục nhanh, cán bộ nhiệt tình ở xã Quỳnh Sơn"),
    "stacked_accents": "ệ" + "\u0301\u0316" * 600,
    "right_to_left_override": "tốt\u202egnôhk",
    "bidi_marks": "\u200ea\u200fb\u061cc\u2066d\u2069e\u202af\u202c",
    "arabic": "\u0645\u0631\u062d\u0628\u0627",
    "emoji": "👍🏽 rất tốt 😀",
    "emoji_joined": "👨‍👩‍👧‍👦 và 🏳️‍🌈",
    "nul": "trước\x00sau",
    "escape": "\x1b[31mđỏ\x1b[0m",
    "vertical_tab": "trên\x0bdưới",
    "c1": "a\x85b\x9fc",
    "lone_surrogate": "vỡ\ud83d đôi",
    "lone_low_surrogate": "\udc80bắt đầu",
    "noncharacters": "a\ufffeb\uffffc\ufdd0d\U0001ffffe",
    "byte_order_mark": "\ufeffđầu tệp",
    "line_breaks": "một\r\nhai\rba\nbốn\tnăm",
    "edge_spaces": "  \u00a0 giữa \u3000 ",
    "formula": "=1+1",
    "array_formula": "{=1+1}",
    "equals": "=",
    "formula_link": '=HYPERLINK("http://evil.example")',
    "formula_command": "=cmd|' /C calc'!A0",
    "plus": "+1+1",
    "minus": "-1+1",
    "at": "@SUM(1,1)",
    "tab_formula": "\t=1+1",
    "return_formula": "\r=1+1",
    "wide_formula": "＝1+1",
    "url": "http://evil.example/x",
    "mail": "mailto:ai@evil.example",
    "escaped_return": "_x000D_",
    "script": "<script>alert(1)</script>",
    "image": '"><img src=x onerror=alert(1)>',
    "markdown_link": "[bấm](http://evil.example)",
    "markdown_picture": "![x](http://evil.example/x.png)",
    "latex": "$\\frac{1}{0}$ :red[đỏ]",
    "braces": "{got} {0} {{ config }} %s ${name}",
    "sql": "'; DROP TABLE responses; --",
    "json": '{"a": ["\\u0000", null]}',
    "path": "../../etc/passwd",
    "number_like": "012345678901",
    "percent": "50%",
    "long_allowed": "ộ" * 2_000,
    "long_words": "rất tốt " * 250,
    "too_long": "x" * 40_000,
    "too_long_stacked": "a" + "\u0301\u0316" * 20_000,
}

_MASKED = {"mail": "mailto:[đã che]", "number_like": "[đã che]"}

REFUSED = frozenset({"too_long", "too_long_stacked"})

_GONE = {
    *(chr(code) for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n\r"),
    *"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\ufffe\uffff\ufdd0\U0001ffff",
    *map(chr, (0xD83D, 0xDC80)),
}


def kept(text: str) -> str:
    """What must be left of a hostile text after it was taken: written apart from the product's own cleaning."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", "".join(letter for letter in lines if letter not in _GONE)).strip()


def accepted(name: str) -> str:
    """What must be stored of `HOSTILE[name]` once it has come in by the door, which hides what leads to a person."""
    return _MASKED.get(name) or kept(HOSTILE[name])
