"""How does the form look and move? Constant CSS and one constant script; no person's text ever enters either."""

import streamlit as st

_CSS = """<style>
[data-testid="InputInstructions"], [data-testid="stHeaderActionElements"] {display: none;}
[data-testid="stMainBlockContainer"] {max-width: 44rem; padding: 3.25rem 1rem 4rem;}
[data-testid="stHeading"] h1 {font-size: 1.5rem; line-height: 1.3; padding: .25rem 0;}
[data-testid="stHeading"] h2 {font-size: 1.125rem; line-height: 1.35; padding: .5rem 0 0;}
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] * {color: #4b5563; opacity: 1;}
[data-testid="stMain"] div[class*="st-key-q-"] {padding-top: .75rem; gap: .375rem;}
[data-testid="stMain"] div[class*="st-key-q-"] [data-testid="stElementContainer"]:has(span[id^="cau-"]) {height: 0;}
[data-testid="stMain"] div[class*="st-key-q-"] p + p {font-size: .875rem; line-height: 1.4; color: #4b5563;}
[data-testid="stMain"] div[class*="st-key-q-"] [data-testid="stMarkdown"] p:has(+ p) {margin-bottom: .25rem;}
[data-testid="stMain"] div[class*="st-key-q-"] [data-testid="stWidgetLabel"] p {font-size: 1rem; font-weight: 700;
  line-height: 1.6;}
.st-key-receipt .qr {display: block; margin: 0 auto; width: 15rem; max-width: 100%;}
.st-key-keep {display: none;}
.notice summary {display: list-item; min-height: 44px; padding: .625rem 0; color: #0b5394; cursor: pointer;}
.notice details {border-bottom: 1px solid #d5d9e0;}
.notice h2 {font-size: 1rem; font-weight: 700; padding: .5rem 0 .25rem;}
.notice p {margin: 0 0 .75rem;}
.notice ul {margin: 0 0 .75rem;}
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
[data-testid="stNumberInput"] button, [data-testid="stDateInput"] button {min-width: 44px;}
[data-testid="stTextInputRootElement"], [data-testid="stNumberInputContainer"], [data-testid="stDateInputField"]
{height: auto;}
[data-testid="stDateInput"] button {min-height: 42px;}
[data-testid="stTextInputRootElement"], [data-testid="stTextAreaRootElement"], [data-testid="stNumberInputContainer"],
[data-testid="stDateInputField"], [data-testid="stSelectbox"] [role="group"],
[data-testid="stRadioOption"] > div > div:first-child {border-color: #767f8c;}
[data-testid="stMain"] :is(a, button, summary, input, textarea, [role="spinbutton"], [tabindex]):focus-visible
{outline: 3px solid #0b5394; outline-offset: 2px;}
[data-testid="stMain"] :is([data-testid="stTextInputRootElement"], [data-testid="stNumberInputContainer"],
[data-testid="stSelectbox"] [role="group"]):focus-within {outline: 3px solid #0b5394; outline-offset: 2px;}
.st-key-receipt p {font-size: 1.125rem; font-weight: 700; letter-spacing: .02em; overflow-wrap: anywhere;}
</style>"""

_KIOSK_CSS = """<style>
[data-testid="stMainBlockContainer"] {max-width: 56rem;}
[data-testid="stMain"] p, [data-testid="stMain"] li, [data-testid="stRadioOption"] p,
[data-testid="stButtonGroup"] button p {font-size: 1.25rem;}
[data-testid="stMain"] div[class*="st-key-q-"] p + p {font-size: 1.125rem;}
[data-testid="stMain"] div[class*="st-key-q-"] [data-testid="stWidgetLabel"] p,
[data-testid="stMain"] [data-testid="stButton"] button p {font-size: 1.25rem;}
[data-testid="stMain"] [data-testid="stHeading"] h2 {font-size: 1.5rem;}
[data-testid="stRadioOption"], [data-testid="stButtonGroup"] button, [data-testid="stButton"] button,
[data-testid="stSelectbox"] [role="group"], [data-testid="stTextInput"] input, [data-testid="stNumberInput"] input,
[data-testid="stNumberInput"] button, [data-testid="stDateInputField"], [data-testid="stExpander"] summary,
[data-testid="stTextInputRootElement"], [data-testid="stNumberInputContainer"] {min-height: 64px;}
.st-key-receipt p {font-size: 1.75rem;}
</style>"""

_DESK_CSS = """<style>
[data-testid="stHeaderActionElements"] {display: none;}
[data-testid="stMainBlockContainer"] {max-width: 72rem; padding-top: 4.25rem;}
[data-testid="stHeading"] h1 {font-size: 1.75rem;}
[data-testid="stHeading"] h2 {font-size: 1.25rem; padding: .75rem 0 .25rem;}
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] * {color: #4b5563; opacity: 1;}
[data-testid="stTable"] td {font-variant-numeric: tabular-nums;}
[data-testid="stTable"] td:nth-child(n+3) * {white-space: nowrap;}
[class*="st-key-words-"] [data-testid="stTable"] td * {white-space: normal;}
[class*="st-key-words-studio"] [data-testid="stTable"] td * {max-width: none;}
[data-testid="stTable"] td:first-child {min-width: 6rem;}
[data-testid="stTable"] td:nth-child(2) {min-width: 6.5rem;}
</style>"""

SCRIPT = """
(() => {
  const now = () => Date.now() / 1000;
  const state = {screen: '', shown: now(), touched: now(), kept: now(), changed: false};
  const last = () => [...document.querySelectorAll('[data-screen]')].pop();
  const press = name => {
    const button = document.querySelector(`.st-key-${name} button`);
    if (!button || button.disabled) return false;
    button.click();
    return true;
  };
  const keep = () => { if (state.changed && press('keep')) { state.changed = false; state.kept = now(); } };
  const leaving = () => {
    if (document.activeElement && state.changed) document.activeElement.blur();
    keep();
  };
  const arrive = () => {
    const mark = last();
    if (!mark || state.screen === mark.dataset.screen) return;
    Object.assign(state, {screen: mark.dataset.screen, shown: now(), touched: now()});
    document.documentElement.lang = mark.dataset.language;
    const main = document.querySelector('[data-testid="stMain"]');
    if (main) main.scrollTo(0, 0);
    window.scrollTo(0, 0);
    const summary = document.querySelector('.st-key-summary');
    const box = mark.dataset.focus && document.querySelector(`[class*="st-key-${mark.dataset.focus}"] input`);
    const first = summary || document.querySelector('[data-testid="stMain"] h1');
    if (box && !summary) box.focus();
    else if (first) {
      first.setAttribute('tabindex', '-1');
      first.style.outline = 'none';
      first.focus({preventScroll: true});
      if (summary) summary.scrollIntoView({block: 'center'});
    }
  };
  for (const kind of ['pointerdown', 'keydown', 'wheel', 'touchmove', 'input', 'change', 'click']) {
    document.addEventListener(kind, event => {
      if (event.isTrusted) state.touched = now();
      const answer = ['input', 'change', 'click'].includes(kind) && event.target.closest;
      if (answer && event.target.closest('[class*="st-key-q-"]')) state.changed = true;
    }, {capture: true, passive: true});
  }
  document.addEventListener('visibilitychange', () => { if (document.hidden) leaving(); });
  window.addEventListener('beforeunload', leaving);
  setInterval(() => {
    if (now() - state.kept > 10) keep();
    const mark = last();
    if (!mark) return;
    const idle = Number(mark.dataset.idle), pause = Number(mark.dataset.pause);
    const waited = Math.max(idle ? now() - state.touched - idle : -1, pause ? now() - state.shown - pause : -1);
    if (waited > 15) location.reload();
    else if (waited > 0 && state.left !== mark.dataset.screen && press('again')) state.left = mark.dataset.screen;
  }, 1000);
  new MutationObserver(arrive).observe(document.documentElement, {subtree: true, childList: true});
})();
"""
"""What moves the reader to the top of a new screen, has answers put away, and makes a kiosk forget: the form's page
loads it once. It presses the unseen «keep» every ten seconds while somebody answers and when the page is hidden or left
(a reload may be faster than that), and «again» when a screen's time is over (see `top_of_screen`); where that does not
help, as without a connection, it loads the page anew, which clears it too."""

STYLE = _CSS.removeprefix("<style>").removesuffix("</style>").strip()
"""Large targets, one column, no English hints of the framework: of the form's page, whose shell asks for it."""


def style() -> None:
    """The same for a page within the desk, drawn with it and gone with it."""
    st.html(_CSS)


def kiosk_style() -> None:
    """Still larger, for a device that stands at a counter."""
    st.html(_KIOSK_CSS)


def desk_style() -> None:
    """Smaller titles, digits of one width."""
    st.html(_DESK_CSS)


def top_of_screen(screen: str, language: str, *, idle: int, pause: int, focus: str) -> None:
    """What the page's script must know: whenever `screen` is a new one, it moves the reader to its top.

    That is the summary, the box `focus` or the title. Comes last on the screen, when what the script looks for is
    there. All texts are letters, digits and hyphens; `focus` is how a text box's key begins, empty for none. The screen
    is left after `idle` seconds without a touch or `pause` seconds in any case (0: never).
    """
    told = {"screen": screen, "language": language, "idle": idle, "pause": pause, "focus": focus}
    st.html("<span {}></span>".format(" ".join(f'data-{name}="{value}"' for name, value in told.items())))
