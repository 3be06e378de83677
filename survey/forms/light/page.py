"""How does a page that the server writes reach a browser? One frame, one style, strict headers.

Every page of the product that is not Streamlit's comes from `page`: templates in `templates/` extend `base.html`.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from survey.errors import catalogue, word
from survey.questionnaire import Words, say
from survey.words import LANGUAGES

_SPACE = re.compile(r"/\*.*?\*/|\s+", re.DOTALL)
_ABOUT_SIGNS = re.compile(r"\s*([{};,>])\s*|(:) ")


def page(
    template: str, *, language: str, status: int = 200, headers: Mapping[str, str] | None = None, **values: object
) -> HTMLResponse:
    """A whole page from `templates/<template>`, which extends `base.html`, with `values` in its gaps.

    In a template `w("CODE", gap=…)` is a wording of the product, `wa` the same for an attribute, `say(words)` one of
    the questionnaire or round; what the language lacks is Vietnamese and marked as such. `script=True` adds the
    optional script; `languages` (pairs of code and address) makes the language switch. Text is escaped.
    """
    html = document(template, language=language, **values)
    scripts = [SCRIPT] if values.get("script") else []
    return HTMLResponse(html, status, headers={**headers_for([STYLE], scripts), **(headers or {})})


def document(template: str, *, language: str, **values: object) -> str:
    """The HTML of a page; see `page`."""
    vietnamese = language != "vi"

    def w(code: str, **gaps: object) -> Markup:
        text = escape(word(code, language, **gaps))
        return _in_vietnamese(text) if vietnamese and language not in catalogue()[code] else text

    def wa(code: str, **gaps: object) -> str:
        return word(code, language, **gaps)

    def said(words: Words) -> Markup:
        return told(words, language)

    made = _environment().get_template(template)
    given = {"script_text": SCRIPT, **values}  # a page may have a script of its own
    html = made.render(language=language, w=w, wa=wa, say=said, names=LANGUAGES, style=STYLE, **given)
    return html.encode("utf-8", "replace").decode()  # half a surrogate pair cannot travel


def told(words: Words, language: str) -> Markup:
    """A wording as HTML; where the language lacks it, the Vietnamese one, marked as Vietnamese."""
    text = escape(say(words, language))
    return _in_vietnamese(text) if language != "vi" and text and not words.get(language) else text


def headers_for(styles: Iterable[str], scripts: Iterable[str]) -> dict[str, str]:
    """The headers of a page with exactly these inline styles and scripts: nothing else runs or is loaded."""
    style = " ".join(map(fingerprint, styles))
    script = " ".join(map(fingerprint, scripts)) or "'none'"
    return {
        "Content-Security-Policy": f"default-src 'none'; style-src {style}; script-src {script}; img-src data:; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


def fingerprint(text: str) -> str:
    """What a Content-Security-Policy calls an inline style or script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _in_vietnamese(text: Markup) -> Markup:
    return Markup('<span lang="vi">{}</span>').format(text)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("survey.forms.light"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _compact(css: str) -> str:
    """The style without comments and needless space: it travels in every page."""
    return _ABOUT_SIGNS.sub(r"\1\2", _SPACE.sub(" ", css)).strip().replace(";}", "}")


def _lines(script: str) -> str:
    """The script without indents and whole-line comments."""
    lines = (line.strip() for line in script.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


_FOLDER = resources.files("survey.forms.light")
STYLE = _compact(_FOLDER.joinpath("style.css").read_text("utf-8"))
"""The style of every page, as it stands in it."""
SCRIPT = _lines(_FOLDER.joinpath("script.js").read_text("utf-8"))
"""The optional script, as it stands in the pages that have it."""
