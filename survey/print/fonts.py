"""Which letters are printed? A font that has every Vietnamese letter and the box to tick, put into each PDF."""

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont


@dataclass(frozen=True, slots=True, kw_only=True)
class Fonts:
    """The names under which reportlab knows the font's faces."""

    regular: str
    bold: str
    italic: str


@cache
def fonts() -> Fonts:
    """DejaVu Sans, made known to reportlab at the first call. Raises FileNotFoundError if its files are not there.

    They lie in matplotlib's wheel; to look for them there does not load it, which would take a second and numpy.
    """
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise FileNotFoundError("DejaVuSans.ttf (in the package matplotlib)")
    folder = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
    made = Fonts(regular="DejaVuSans", bold="DejaVuSans-Bold", italic="DejaVuSans-Oblique")
    for name in (made.regular, made.bold, made.italic):
        pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))
    pdfmetrics.registerFontFamily(
        made.regular, normal=made.regular, bold=made.bold, italic=made.italic, boldItalic=made.bold
    )
    return made
