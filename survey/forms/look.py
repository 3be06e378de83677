"""How does the form look and move? Constant CSS and one constant script; no person's text ever enters either."""

import base64
import hashlib

import streamlit as st

_CSS = """<style>
[data-testid="InputInstructions"], [data-testid="stHeaderActionElements"] {display: none;}
[data-testid="stMainBlockContainer"] {max-width: 44rem; padding: 3.25rem 1rem 4rem;}
[data-testid="stHeading"] h1 {font-size: 1.5rem; line-height: 1.3; padding: .25rem 0;}
[data-testid="stHeading"] h2 {font-size: 1.125rem; line-height: 1.35; padding: .5rem 0 0;}
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] * {color: #4b5563; opacity: 1;}
[data-testid="stMain"] div[class*="st-key-q-"] {padding-top: .75rem; gap: .375rem;}
[data-testid="stMain"] div[class*="st-key-q-"] [data-testid="stElementContainer"]:has(span[id^="cau-"]) {height: 0;}
[data-testid="stRadio"], [data-testid="stRadioGroup"], [data-testid="stRadioGroup"] > div {width: 100%;}
[data-testid="stRadioGroup"] {gap: .375rem;}
[data-testid="stRadioOption"] {display: flex; align-items: center; width: 100%; min-height: 44px;
  padding: .375rem .75rem; border: 1px solid #8b929c; border-radius: .5rem; cursor: pointer;}
[data-testid="stRadioOption"]:has(input:checked) {border-color: #0b5394; background: #eaf2fb;}
[data-testid="stRadioOption"]:has(input:focus-visible) {outline: 3px solid #0b5394; outline-offset: 2px;}
[data-testid="stRadioOption"] p {font-size: 1rem; line-height: 1.35;}
[data-testid="stButtonGroup"] [role="toolbar"] {flex-direction: column; width: 100%; gap: .375rem;}
[data-testid="stButtonGroup"] button {width: 100%; min-height: 44px; height: auto; justify-content: flex-start;
  border-radius: .5rem; border-color: #8b929c; text-align: left; padding: .375rem .75rem;}
[data-testid="stButtonGroup"] button > div {justify-content: flex-start; width: 100%;}
[data-testid="stButtonGroup"] button[aria-pressed="true"] {border-color: #0b5394; background: #eaf2fb;}
[data-testid="stButtonGroup"] button p {white-space: normal; font-size: 1rem; line-height: 1.35;}
[data-testid="stButton"] button, [data-testid="stFormSubmitButton"] button {min-height: 48px;}
[data-testid="stButton"] button p {font-size: 1rem; font-weight: 600;}
[data-testid="stSelectbox"] [role="group"], [data-testid="stTextInput"] input, [data-testid="stNumberInput"] input,
[data-testid="stNumberInput"] button, [data-testid="stNumberInputContainer"],
[data-testid="stDateInput"] [role="group"],
[data-testid="stDateInputField"] {min-height: 44px;}
[data-testid="stNumberInput"] button {min-width: 44px;}
.st-key-receipt p {font-size: 1.125rem; font-weight: 700; letter-spacing: .02em; overflow-wrap: anywhere;}
</style>"""

_DESK_CSS = """<style>
[data-testid="stHeaderActionElements"] {display: none;}
[data-testid="stMainBlockContainer"] {max-width: 72rem; padding-top: 3.25rem;}
[data-testid="stHeading"] h1 {font-size: 1.75rem;}
[data-testid="stHeading"] h2 {font-size: 1.25rem; padding: .75rem 0 .25rem;}
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] * {color: #4b5563; opacity: 1;}
[data-testid="stTable"] td {font-variant-numeric: tabular-nums;}
[data-testid="stTable"] td:nth-child(n+3) * {white-space: nowrap;}
[data-testid="stTable"] td:first-child {min-width: 6rem;}
[data-testid="stTable"] td:nth-child(2) {min-width: 6.5rem;}
</style>"""

_SCRIPT = """
(() => {
  const mark = [...document.querySelectorAll('[data-screen]')].pop();
  if (!mark || window.hailongScreen === mark.dataset.screen) return;
  window.hailongScreen = mark.dataset.screen;
  document.documentElement.lang = mark.dataset.language;
  const main = document.querySelector('[data-testid="stMain"]');
  if (main) main.scrollTo(0, 0);
  window.scrollTo(0, 0);
  const first = document.querySelector('.st-key-summary') || document.querySelector('[data-testid="stMain"] h1');
  if (first) { first.setAttribute('tabindex', '-1'); first.style.outline = 'none'; first.focus({preventScroll: true}); }
})();
"""

SCRIPT_HASH = "sha256-" + base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
"""The hash under which the Content-Security-Policy lets the script run."""


def style() -> None:
    """Large targets, one column, no English hints of the framework."""
    st.html(_CSS)


def desk_style() -> None:
    """Smaller titles, digits of one width."""
    st.html(_DESK_CSS)


def top_of_screen(screen: str, language: str) -> None:
    """Scrolls up and moves the reader to the summary or the title whenever `screen` is a new one.

    Comes last on the screen, when what it looks for is there.
    `screen` and `language` are letters, digits and hyphens.
    """
    mark = f'<span data-screen="{screen}" data-language="{language}"></span>'
    st.html(f"{mark}<script>{_SCRIPT}</script>", unsafe_allow_javascript=True)
