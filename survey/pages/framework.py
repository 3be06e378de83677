"""Which words of its own does the framework show, and what does a Vietnamese reader see instead of them?

The framework has no translations. A constant script, told the words by the catalogue (`UI_…`), replaces what it knows
in the page: texts of text nodes and of spoken attributes, never elements, so that React finds its tree as it left it.
What people or the product wrote is left alone, and so is everything on an English page.
"""

import hashlib
import json
from functools import cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from survey.errors import catalogue
from survey.pages.language import PARAMETER

SCRIPT = "/khung.js"
"""The script's address; `?v=` its content's hash, so that browsers may keep it for ever."""
FOR_EVER = "public, max-age=31536000, immutable"
"""How long a browser may keep what has its version in its address."""

_SCRIPT = """
(() => {
  const OURS = '[data-testid="stMarkdownContainer"], [data-testid="stText"], [data-testid="stTable"], ' +
    '[data-testid="stMetric"], [data-testid="stHtml"], [data-testid="stCode"] code, td, [role="gridcell"]';
  const THEIRS = '[data-testid="stFileUploaderDropzone"], [data-testid="stFileDropzoneInstructions"], ' +
    '[data-testid="stTooltipContent"], [data-testid="stDialog"], [data-testid="stStatusWidget"]';
  const SPOKEN = ['aria-label', 'title', 'placeholder', 'aria-roledescription', 'aria-valuetext'];
  const exact = new Map(), patterns = [], replaced = new Map();
  for (const [theirs, ours] of WORDS) {
    const parts = theirs.split(/\\{\\w+\\}/);
    if (parts.length === 1) { exact.set(theirs, ours); continue; }
    const literal = (part) => part.replace(/[.*+?^${}()|[\\]\\\\]/g, '\\\\$&');
    patterns.push([new RegExp('^' + parts.map(literal).join('(.+?)') + '$'), ours]);
  }
  const wording = (text) => {
    const known = exact.get(text);
    if (known !== undefined) return known;
    if (text.length > 160) return null;
    const lead = /^(Error)?: /.exec(text);  // an error is told in one text, or with its first word set apart
    if (lead) {
      const told = wording(text.slice(lead[0].length));
      return told && (lead[1] ? exact.get(lead[1]) : '') + ': ' + told;
    }
    for (const [pattern, ours] of patterns) {
      const gaps = pattern.exec(text);
      if (gaps) { let at = 0; return ours.replace(/\\{\\w+\\}/g, () => gaps[++at]); }
    }
    return null;
  };
  const remember = (node, name, before, after) => {
    if (!replaced.has(node)) replaced.set(node, new Map());
    replaced.get(node).set(name, [before, after]);
  };
  const isTheirs = (element) => {
    const ours = element.closest(OURS);
    return !ours || element.closest(THEIRS) !== null;
  };
  const text = (node) => {
    const found = node.nodeValue.trim();
    const instead = found && wording(found);
    if (!instead || !node.parentElement || !isTheirs(node.parentElement)) return;
    const before = node.nodeValue;
    node.nodeValue = before.replace(found, () => instead);
    remember(node, '', before, node.nodeValue);
  };
  const attribute = (element, name) => {
    const before = element.getAttribute(name);
    const instead = before && wording(before);
    if (!instead) return;
    element.setAttribute(name, instead);
    remember(element, name, before, instead);
  };
  const attributes = (element) => { for (const name of SPOKEN) attribute(element, name); };
  const all = (root) => {
    if (root.nodeType === Node.TEXT_NODE) { text(root); return; }
    if (root.nodeType !== Node.ELEMENT_NODE) return;
    attributes(root);
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.nodeType === Node.TEXT_NODE) text(node); else attributes(node);
    }
  };
  const restore = () => {
    for (const [node, names] of replaced) for (const [name, [before, after]] of names) {
      if (name === '') { if (node.nodeValue === after) node.nodeValue = before; }
      else if (node.getAttribute(name) === after) node.setAttribute(name, before);
    }
    replaced.clear();
  };
  const forget = () => {
    for (const node of replaced.keys()) if (!node.isConnected) replaced.delete(node);
  };
  // Calendars follow the browser's language, which need not be the page's. They ask while they are drawn: the address
  // knows by then what the page is going to be, its own mark comes a moment later.
  const locale = () => (new URLSearchParams(location.search).get(PARAMETER) === 'en' ? 'en-GB' : 'vi-VN');
  Object.defineProperty(navigator, 'language', { configurable: true, get: locale });
  Object.defineProperty(navigator, 'languages', { configurable: true, get: () => [locale()] });
  let speaks = null;
  const heed = () => {
    const mark = [...document.querySelectorAll('[data-language]')].pop();
    if (mark && document.documentElement.lang !== mark.dataset.language) {
      document.documentElement.lang = mark.dataset.language;
    }
    const now = document.documentElement.lang;
    if (now === speaks) return false;
    speaks = now;
    window.dispatchEvent(new Event('languagechange'));
    restore();
    if (now !== 'en' && document.body) all(document.body);
    return true;
  };
  new MutationObserver((changes) => {
    if (heed() || speaks === 'en') return;
    for (const change of changes) {
      if (change.type === 'childList') change.addedNodes.forEach(all);
      else if (change.type === 'characterData') text(change.target);
      else attribute(change.target, change.attributeName);
    }
    if (replaced.size > 2000) forget();
  }).observe(document.documentElement, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: [...SPOKEN, 'data-language']
  });
  heed();
})();
"""


def words() -> dict[str, str]:
    """The framework's wordings with what stands instead of each; `{one}` gap stands for whatever it puts there."""
    return {wording["en"]: wording["vi"] for code, wording in catalogue().items() if code.startswith("UI_")}


def tag() -> str:
    """The element by which the page's shell asks for the script, before the framework's own."""
    return f'<script defer src=".{SCRIPT}?v={_version()}"></script>'


def route() -> Route:
    """Where the script is fetched; it holds nobody's data."""

    async def script(_: Request) -> Response:
        return Response(_content(), media_type="text/javascript", headers={"Cache-Control": FOR_EVER})

    return Route(SCRIPT, script, methods=["GET"])


@cache
def _content() -> str:
    table = json.dumps(list(words().items()), ensure_ascii=False)
    return f"const WORDS = {table}, PARAMETER = '{PARAMETER}';{_SCRIPT}"


@cache
def _version() -> str:
    return hashlib.sha256(_content().encode()).hexdigest()[:16]
