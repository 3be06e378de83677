"""How is a Word template filled? docxtpl in a sandbox, every text escaped; then widths, alignment and a fixed date.

    python -m analysis.report.word_render < request.json > answer.json

A template that a person gave is filled by this module as a child process with limits, so that no template can do more
than fail. A request has `template` (base64), `context`, `pictures` (base64 and alt text), `tables`, `created`, `title`;
an answer has `document` (base64) or `fault` with `values`.
"""

import base64
import io
import json
import sys
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.shared import Cm, Emu
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree
from markupsafe import Markup

try:
    import resource
except ImportError:  # Windows has no limits of this kind; the parent's clock still stands
    resource = None  # type: ignore[assignment]

TABLE_STYLE = "HaiLong"
"""Tables of this style get the widths and alignments of their columns."""
MEMORY, SECONDS = 2 * 2**30, 60

_WIDTH = Cm(16.2)
_EPOCH = (1980, 1, 1, 0, 0, 0)


class Fault(Exception):
    """Why a template cannot be filled: a code of the catalogue and what fills its gaps."""

    def __init__(self, code: str, **values: str) -> None:
        self.code, self.values = code, values
        super().__init__(code)


def render(request: Mapping[str, Any]) -> bytes:
    """The document. Raises Fault for a template that is none, names what is not there, or is wrong."""
    try:
        template = DocxTemplate(io.BytesIO(base64.b64decode(request["template"])))
        template.render_init()
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, etree.LxmlError) as error:
        raise Fault("WRD_NOT_DOCX") from error
    template.current_rendering_part = template.docx.part
    context = dict(request["context"])
    images = [_image(template, picture) for picture in request["pictures"]]
    for section in context["sections"]:
        section["pictures"] = [{**picture, "image": images[picture["image"]]} for picture in section["pictures"]]
    rules = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    rules.globals.clear()
    try:
        template.render(context, rules, autoescape=True)
    except TemplateSyntaxError as error:
        raise Fault("WRD_SYNTAX", reason=str(error), near=_near(error)) from error
    except UndefinedError as error:
        raise Fault("WRD_UNKNOWN_FIELD", reason=str(error), fields=", ".join(sorted(context))) from error
    except SecurityError as error:
        raise Fault("WRD_FORBIDDEN", reason=str(error)) from error
    except (TemplateError, TypeError, ValueError, AttributeError, etree.LxmlError) as error:
        raise Fault("WRD_SYNTAX", reason=str(error), near="") from error
    _finish(template, request)
    target = io.BytesIO()
    template.save(target)
    return settled(target.getvalue())


def settled(document: bytes) -> bytes:
    """The same file with the same date in every part, so that the same document is the same bytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(zipfile.ZipInfo(entry.filename, _EPOCH), old.read(entry), zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _image(template: Any, picture: Mapping[str, Any]) -> Markup:
    """A picture as the XML of a run, with its alternative text. The template gets text, no object it could call."""
    width = min(Emu(round(picture["width"] / 96 * 914_400)), _WIDTH)
    inline = template.docx.part.new_pic_inline(io.BytesIO(base64.b64decode(picture["png"])), width, None)
    inline.docPr.set("descr", picture["alt"])
    drawn = etree.tostring(inline, encoding="unicode")
    return Markup(  # noqa: S704  our own XML; the alternative text is escaped by lxml  # nosec B704
        f'</w:t></w:r><w:r><w:drawing>{drawn}</w:drawing></w:r><w:r><w:t xml:space="preserve">'
    )


def _finish(template: Any, request: Mapping[str, Any]) -> None:
    """Widths and alignments of the tables of numbers, and the facts of the file."""
    specs = {tuple(spec["columns"]): spec for spec in request["tables"]}
    for table in template.docx.tables:
        if table.style is None or table.style.name != TABLE_STYLE:
            continue
        header, *rows = table._tbl.tr_lst
        spec = specs.get(tuple("".join(text.text or "" for text in cell.iter(qn("w:t"))) for cell in header.tc_lst))
        if spec is not None:
            _dress(table, [header, *rows], spec["widths"], spec["numeric"])
    facts = template.docx.core_properties
    moment = datetime.fromisoformat(request["created"])
    facts.title, facts.author, facts.last_modified_by = request["title"][:255], "Hài Lòng", "Hài Lòng"
    facts.created = facts.modified = moment
    facts.comments, facts.revision = "", 1


def _dress(table: Any, rows: Sequence[Any], widths: Sequence[float], numeric: Sequence[bool]) -> None:
    table.autofit = False
    for column, width in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=False):
        column.w = Cm(width)
    for place, row in enumerate(rows):
        for cell, width, right in zip(row.tc_lst, widths, numeric, strict=False):
            cell.width = Cm(width)
            if right and place:
                for paragraph in cell.p_lst:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _near(error: TemplateSyntaxError) -> str:
    """The text around the place that is wrong."""
    lines = " ".join(" ".join(getattr(error, "docx_context", ())).split())
    return lines[:200]


def main() -> None:
    """The child's whole life."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        answer = {"document": base64.b64encode(render(json.load(sys.stdin))).decode()}
    except Fault as fault:
        answer = {"fault": fault.code, "values": json.dumps(fault.values)}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
