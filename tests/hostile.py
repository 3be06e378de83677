"""Texts that have broken forms, stores and spreadsheets elsewhere: the standing fixture for everything that takes text.

`HOSTILE` maps a name to a text. All but those in `REFUSED` must be taken, kept as `kept(text)` and come back equal.
"""

import csv
import unicodedata
from dataclasses import replace
from datetime import date
from io import StringIO

from survey.making import Files, blank_round, furnished, with_contact
from survey.questionnaire import IndexNode, Option, Question, Questionnaire, Scale, Section
from survey.round import Round
from survey.round_files import DESK_COLUMNS, PLACE_COLUMNS
from survey.xlsform import read_workbook, write_workbook

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

UNWRITABLE = frozenset({"escaped_return", "braces"})
"""Of what can be kept, what no workbook of a questionnaire may have: a control character's escape, a reference."""

_GONE = {
    *(chr(code) for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n\r"),
    *"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\ufffe\uffff\ufdd0\U0001ffff",
    *map(chr, (0xD83D, 0xDC80)),
}


def kept(text: str) -> str:
    """What must be left of a hostile text after it was taken: written apart from the product's own cleaning."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", "".join(letter for letter in lines if letter not in _GONE)).strip()


def imported() -> dict[str, str]:
    """The texts as they can stand in a questionnaire, by name."""
    return {
        name: kept(text) for name, text in HOSTILE.items() if name not in REFUSED | UNWRITABLE and kept(text).strip()
    }


def accepted(name: str) -> str:
    """What must be stored of `HOSTILE[name]` once it has come in by the door, which hides what leads to a person."""
    return _MASKED.get(name) or kept(HOSTILE[name])


def hostile_questionnaire() -> Questionnaire:
    """Every text of it is hostile: title, headings, labels, hints, options, the index tree."""
    texts = imported()
    every = list({_folded(text): text for text in texts.values()}.values())
    levels = Scale(name="levels", options=tuple(Option(value=str(n + 1), label={"vi": every[n]}) for n in range(5)))
    options = tuple(Option(value=f"v{n}", label={"vi": text}) for n, text in enumerate(every))
    choices = Scale(name="all", options=options)
    used = {"vi": texts["script"]}
    items = tuple(
        Question(name=f"q{n}", kind="select_one", label={"vi": text}, hint={"vi": text}, scale=levels, factor="f",
                 role="satisfaction", satisfied=("4", "5"))
        for n, text in enumerate(every[:20])
    )  # fmt: skip
    others = (
        Question(name="pick", kind="select_one", label=used, hint={"vi": texts["image"]}, scale=choices),
        Question(name="many", kind="select_multiple", label={"vi": texts["markdown_link"]}, scale=choices),
        Question(name="note", kind="note", label={"vi": texts["markdown_picture"]}),
        Question(name="comment", kind="text", label={"vi": texts["latex"]}, role="comment"),
        Question(name="officer", kind="text", label={"vi": texts["formula_link"]}, role="officer"),
        Question(name="times", kind="integer", label={"vi": texts["sql"]}),
        Question(name="day", kind="date", label={"vi": texts["json"]}),
    )
    aspect = IndexNode(code="a", level="aspect", label={"vi": texts["formula"]})
    factor = IndexNode(code="f", level="factor", label={"vi": texts["image"]}, parent="a")
    made = Questionnaire(
        id="doc_hai",
        version="1",
        title={"vi": texts["image"]},
        languages=("vi",),
        sections=(
            Section(name="s1", label={"vi": texts["script"]}, questions=items),
            Section(name="s2", label={"vi": texts["url"]}, questions=others),
        ),
        index=(aspect, factor),
        study="user",
        purpose={"vi": texts["formula_command"]},
    )
    return read_workbook(write_workbook(made), name="doc_hai.xlsx")


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def hostile_round(questionnaire: Questionnaire) -> Round:
    """A round whose name, contact, places and desks came as typed and in files, raw."""
    raw = [text for name, text in HOSTILE.items() if name not in REFUSED and kept(text) and "\ud83d" not in text]
    raw = [text for text in raw if "\udc80" not in text and len(text) < 1_000]
    place_file, desk_file = StringIO(newline=""), StringIO(newline="")
    csv.writer(place_file).writerows([PLACE_COLUMNS, *([f"P{n}", text, text, text] for n, text in enumerate(raw))])
    csv.writer(desk_file).writerows([DESK_COLUMNS, *([f"Q{n}", text, f"P{n}"] for n, text in enumerate(raw))])
    name = HOSTILE["image"] + HOSTILE["bidi_marks"] + HOSTILE["nul"]
    contact = HOSTILE["script"] + HOSTILE["escape"] + HOSTILE["right_to_left_override"]
    blank = blank_round("doc-hai", name, questionnaire, date(2020, 1, 1))
    files = Files(
        places=("noi.csv", place_file.getvalue().encode()),
        desks=("quay.csv", desk_file.getvalue().encode()),
    )
    made = replace(with_contact(furnished(blank, questionnaire, files), contact), state="open")
    assert [place.name for place in made.places] == [kept(text) for text in raw]
    assert [desk.name for desk in made.desks] == [kept(text) for text in raw]
    assert made.name == kept(name)
    assert made.contact == {"vi": kept(contact)}
    return made
