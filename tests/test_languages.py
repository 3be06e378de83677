"""All text of the product goes through the catalogue, and an English desk shows no Vietnamese but data and names."""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
from google.protobuf.json_format import MessageToJson
from streamlit.testing.v1 import AppTest

import sample_responses
from analysis.scores.published import load_published
from survey import site as shared
from survey.errors import catalogue
from survey.pages import context
from survey.questionnaire import say
from survey.round import Round
from survey.shipped_units import provinces

ROOT = Path(__file__).parents[1]
SOURCES = sorted([*ROOT.glob("survey/**/*.py"), *ROOT.glob("analysis/**/*.py"), ROOT / "app.py", ROOT / "cli.py"])
TEMPLATES = sorted(ROOT.glob("survey/**/templates/*.html"))
PAGES = [path for path in SOURCES if path.parent.name == "pages" and "\ndef show() -> None:" in path.read_text("utf-8")]

VIETNAMESE = re.compile("[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", re.IGNORECASE)
NAMES = re.compile("Hài Lòng|Tiếng Việt")
"""The product's name, and a language's name in itself."""

NOT_WORDINGS = {
    "survey/collation.py": "the alphabet in its order, and the kinds of offices that names begin with",
    "survey/access/names.py": "the name under which the first person of the desk is kept",
    "survey/lint/numbers.py": "patterns that find numbers in Vietnamese questions",
    "survey/lint/wording.py": "a pattern that finds a duration in Vietnamese questions",
    "survey/masking.py": "what stands in the data for a masked number",
    "survey/xlsform/columns.py": "the names of languages and old headings that workbooks carry",
    "survey/xlsform/guide.py": "the guide inside a workbook, which is one text in Vietnamese for its editor",
    "survey/xlsform/write.py": "the names of the guide's sheets, which are found by them again",
}
"""Modules whose Vietnamese texts are data and not wordings, each with the reason."""

CODE = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
DECLARED = ROOT / "analysis" / "estimation" / "errors.py"
"""Where the library words its errors: a code that is only there is used nowhere."""


@cache
def texts(path: Path) -> tuple[ast.Constant, ...]:
    """Every text of a module but those that stand alone, as docstrings do."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    alone = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    return tuple(
        node
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in alone
    )


@cache
def composed() -> tuple[re.Pattern[str], ...]:
    """What f-strings may come to that look like codes: their gaps stand for any rest of a code."""
    found = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = [str(part.value) if isinstance(part, ast.Constant) else None for part in node.values]
                if re.fullmatch(r"[A-Z][A-Z0-9]*_[A-Z0-9_]*", parts[0] or ""):
                    pattern = "".join("[A-Z0-9_]+" if part is None else re.escape(part) for part in parts)
                    found.append(re.compile(pattern))
    return tuple(found)


def named_in(paths: Iterable[Path]) -> Iterator[str]:
    """The codes that modules and templates name whole."""
    for path in paths:
        if path.suffix == ".py":
            yield from (node.value for node in texts(path) if CODE.fullmatch(str(node.value)))
            if path.name.startswith("postgresql_"):  # functions of the database name them within their text
                yield from re.findall(rf"'({CODE.pattern})'", path.read_text(encoding="utf-8"))
        else:
            yield from (code for _, code in re.findall(rf"(['\"])({CODE.pattern})\1", path.read_text(encoding="utf-8")))


def begins(name: str) -> set[str]:
    """The codes to which a key is added: `told("RPT_STUDY", "user")` names RPT_STUDY_USER."""
    return {code for code in catalogue() if code.startswith(f"{name}_")}


def test_no_module_words_anything_in_vietnamese_itself() -> None:
    found = {
        str(path.relative_to(ROOT)): node.value
        for path in SOURCES
        for node in texts(path)
        if VIETNAMESE.search(NAMES.sub("", str(node.value)))
    }
    assert {path: text for path, text in found.items() if path not in NOT_WORDINGS} == {}
    assert set(NOT_WORDINGS) <= set(found), "a module that words nothing any more needs no exception"


def test_every_code_that_is_named_has_words() -> None:
    families = {code.partition("_")[0] for code in catalogue()}
    named = {code for code in named_in([*SOURCES, *TEMPLATES]) if code.partition("_")[0] in families}
    assert {code for code in named - set(catalogue()) if not begins(code)} == set()
    empty = [pattern.pattern for pattern in composed() if not any(map(pattern.fullmatch, catalogue()))]
    assert [pattern for pattern in empty if pattern.partition("_")[0] in families] == []


def test_every_wording_is_used_somewhere() -> None:
    named = set(named_in(path for path in [*SOURCES, *TEMPLATES] if path != DECLARED))
    named |= {code for beginning in named - set(catalogue()) for code in begins(beginning)}
    unused = {code for code in catalogue() if code not in named and not any(p.fullmatch(code) for p in composed())}
    assert {code for code in unused if not code.startswith("UI_")} == set()


@pytest.fixture(scope="module")
def round_(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Round]:
    """The sample round, on a desk where everybody is signed in: AppTest has no cookies."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HAILONG_DATA", str(tmp_path_factory.mktemp("desk")))
        patch.setattr(context, "holder", lambda token: "Nga")
        yield sample_responses.load_round(shared.site().store)
        shared.close()


def page(module: str) -> None:
    import importlib  # noqa: PLC0415  AppTest runs this function's text

    importlib.import_module(module).show()


def shown(path: Path, language: str) -> str:
    """Everything a page of the desk sends to the browser, as text."""
    at = AppTest.from_function(page, args=(".".join(path.relative_to(ROOT).with_suffix("").parts),), default_timeout=60)
    at.query_params["ngon_ngu"] = language
    at.run()
    assert not at.exception
    told = [MessageToJson(node.proto, ensure_ascii=False) for node in at._tree if getattr(node, "proto", None)]
    tables = [table.value.to_csv() for table in [*at.table, *at.dataframe]]
    return "\n".join([*told, *tables]).replace("\\", "")


def data(round_: Round) -> re.Pattern[str]:
    """What respondents and officials wrote, names and the languages' own names."""
    names = {round_.name, say(round_.contact, "vi"), "Tiếng Việt", "Hài Lòng"}
    names |= {figure.unit for figure in load_published().figures}
    names |= {province.name for province in provinces()}
    for place in round_.places:
        names |= {place.name, place.stratum, place.unit}
    return re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True) if name))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.parent.name}-{path.stem}")
def test_an_english_page_shows_no_vietnamese_but_data_and_names(round_: Round, path: Path) -> None:
    english = data(round_).sub("", shown(path, "en"))
    assert [line for line in english.splitlines() if VIETNAMESE.search(line)] == []


def test_a_language_that_the_desk_does_not_speak_is_answered_in_vietnamese(round_: Round) -> None:
    [counts] = [path for path in PAGES if path.stem == "counts"]
    assert "Có bao nhiêu phiếu?" in shown(counts, "xx")
