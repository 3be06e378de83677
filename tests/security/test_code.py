"""What the product's own code never does, whatever it is given: read from its source and from what it loads."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHIPPED = (*ROOT.glob("*.py"), *(ROOT / "survey").rglob("*.py"), *(ROOT / "analysis").rglob("*.py"))
UNPACKING = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal", "yaml", "jsonpickle"}
FETCHING = {"requests", "httpx", "urllib.request", "ftplib", "aiohttp", "smtplib", "telnetlib", "xmlrpc", "http.client"}
RUNNING = {"eval", "exec", "compile", "__import__", "breakpoint"}
XML = {"xml.etree.ElementTree", "xml.dom.minidom", "xml.sax", "lxml", "lxml.etree"}

FILLING = "analysis/report/word_render.py"
"""Fills a Word template: XML, in a child process with limits where the template is a person's (`word_guard` before)."""


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def found(*wanted: type[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    """Every such node of the shipped code, with where it stands."""
    for path in SHIPPED:
        for node in nodes(path):
            if isinstance(node, wanted):
                yield f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}", node


def imported() -> Iterator[tuple[str, str]]:
    for where, node in found(ast.Import, ast.ImportFrom):
        if isinstance(node, ast.Import):
            yield from ((where, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield where, node.module
            yield from ((where, f"{node.module}.{alias.name}") for alias in node.names)


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    for where, node in found(ast.Call):
        assert isinstance(node, ast.Call)
        yield where, ast.unparse(node.func), node


def test_the_source_is_really_read() -> None:
    assert len(SHIPPED) > 100
    assert ("survey.site", True) in {(name, where.startswith("app.py")) for where, name in imported()}


@pytest.mark.parametrize("modules", [UNPACKING, FETCHING, XML], ids=["unpacking", "fetching", "xml"])
def test_no_module_is_used_that_runs_fetches_or_expands_what_it_is_given(modules: set[str]) -> None:
    used = [(where, name) for where, name in imported() if name in modules or name.split(".")[0] in modules]
    assert [(where, name) for where, name in used if not where.startswith(FILLING)] == []


def test_no_text_is_run_as_a_program() -> None:
    wrong = [where for where, name, _ in calls() if name in RUNNING or name in ("os.system", "os.popen", "pty.spawn")]
    assert wrong == []
    shells = [
        where
        for where, _, call in calls()
        if any(word.arg == "shell" and ast.unparse(word.value) != "False" for word in call.keywords)
    ]
    assert shells == []


def test_no_array_or_table_is_read_from_a_pickle() -> None:
    assert [where for where, name, _ in calls() if name.endswith(("read_pickle", "to_pickle"))] == []
    allowed = [where for where, _, call in calls() for word in call.keywords if word.arg == "allow_pickle"]
    assert allowed == []


def test_no_text_of_others_is_html_for_streamlit() -> None:
    assert [where for where, _, call in calls() for word in call.keywords if word.arg == "unsafe_allow_html"] == []
    scripts = [where for where, _, call in calls() for word in call.keywords if word.arg == "unsafe_allow_javascript"]
    assert scripts == [], "our scripts come by address, which the Content-Security-Policy asks for"


def test_templates_escape_everything_but_our_own_style_and_script() -> None:
    templates = list((ROOT / "survey").rglob("*.html"))
    assert len(templates) > 5
    raw = {name for path in templates for name in re.findall(r"(\w+)\s*\|\s*safe", path.read_text("utf-8"))}
    assert raw == {"style", "extra_style", "script_text"}
    assert not [path for path in templates if "autoescape" in path.read_text("utf-8")]


def test_html_is_made_of_fixed_text_only() -> None:
    """`Markup(x)` believes x. It is given literals, and by name our own style, segno's drawing and a picture's XML."""
    believed = [
        (where.partition(":")[0], ast.unparse(call.args[0]))
        for where, name, call in calls()
        if name.rpartition(".")[2] == "Markup" and call.args and not isinstance(call.args[0], ast.Constant)
    ]
    drawn = {(where, name) for where, name in believed if where == FILLING and "{drawn}" in name}
    assert set(believed) - drawn <= {("survey/pages/posters.py", "css"), ("survey/pages/posters.py", "drawn")}
    assert len(drawn) == 1


def test_statements_are_written_in_the_store_and_the_engines_only() -> None:
    homes = ("survey/store/", "analysis/estimation/engines/")
    strangers = {
        where.partition(":")[0]
        for where, name in imported()
        if name.split(".")[0] in ("sqlalchemy", "sqlite3", "pysqlite3", "pg8000", "duckdb", "alembic")
    }
    assert [path for path in strangers if not path.startswith(homes)] == []


def test_no_secret_stands_in_the_source() -> None:
    names = re.compile(r"(?:password|passcode|secret|token|api_?key)s?$", re.IGNORECASE)
    written = [
        where
        for where, node in found(ast.Assign)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        and len(node.value.value) > 12
        and any(isinstance(target, ast.Name) and names.search(target.id) for target in node.targets)
    ]
    assert written == []


def test_what_citizens_reach_loads_neither_streamlit_nor_analysis() -> None:
    asked = (
        "import sys, survey.pages.public\n"
        "print(*sorted({name.split('.')[0] for name in sys.modules}))\n"
        "print(*sorted(name for name in sys.modules if name.startswith('survey.')))"
    )
    said = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    top, ours = (set(line.split()) for line in said.stdout.splitlines())
    assert "starlette" in top
    for heavy in ("streamlit", "analysis", "pandas", "polars", "duckdb", "matplotlib", "scipy"):
        assert heavy not in top
    for room in ("desk", "rounds", "signin", "voids", "counts", "channels", "posters", "web"):
        assert f"survey.pages.{room}" not in ours, "the desk's pages cannot be reached where they are not loaded"
