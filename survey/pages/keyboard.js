// Typing paper slips without a mouse. The page works without this script; then Tab, arrows and blanks do the same.
(() => {
  const form = document.getElementById('f');
  if (!form) return;
  const stops = () => [...form.querySelectorAll('[data-stop]')].filter(each => each.offsetParent !== null);
  const inside = stop => stop.matches('input,select,textarea,button') ? stop : stop.querySelector('input:checked') || stop.querySelector('input,select,textarea,button');
  const here = () => document.activeElement && document.activeElement.closest('[data-stop]');
  const go = step => {
    const all = stops(), at = all.indexOf(here()), next = all[Math.max(0, Math.min(all.length - 1, at + step))];
    if (!next) return;
    const field = inside(next);
    field.focus();
    if (field.select && field.type === 'text') field.select();
    next.scrollIntoView({ block: 'center' });
  };
  const tick = (stop, key) => {
    const field = stop.querySelector(`input[data-key="${key}"]`);
    if (!field) return false;
    field.checked = field.type === 'radio' ? true : !field.checked;
    field.dispatchEvent(new Event('change', { bubbles: true }));
    field.focus();
    if (field.type === 'radio') go(1);
    return true;
  };
  let typed = '', timer;
  form.addEventListener('keydown', event => {
    const stop = here();
    if (!stop || event.isComposing || event.altKey || event.metaKey) return;
    const field = document.activeElement, listed = stop.hasAttribute('data-list');
    if (event.key === 'Enter' && event.ctrlKey) { event.preventDefault(); form.requestSubmit(); return; }
    if (event.key === 'Enter' && field.tagName !== 'BUTTON' && !(field.tagName === 'TEXTAREA' && event.shiftKey)) {
      event.preventDefault();
      go(event.shiftKey ? -1 : 1);
      return;
    }
    if (event.key === 'PageUp' || event.key === 'PageDown') { event.preventDefault(); go(event.key === 'PageUp' ? -1 : 1); return; }
    if (!listed || event.ctrlKey) return;
    if (event.key === 'Delete' || event.key === 'Backspace') {
      event.preventDefault();
      for (const each of stop.querySelectorAll('input')) each.checked = false;
      return;
    }
    if (!/^[0-9]$/.test(event.key)) return;
    event.preventDefault();
    clearTimeout(timer);
    // Ten options and more have two digits: the first waits a moment for its second.
    const long = [...stop.querySelectorAll('input')].some(each => each.dataset.key.length > 1);
    if (!long) { tick(stop, event.key); return; }
    typed += event.key;
    if (typed.length > 1) { tick(stop, typed); typed = ''; return; }
    timer = setTimeout(() => { tick(stop, typed); typed = ''; }, 600);
  });
  let sent = 0;
  form.addEventListener('submit', event => {
    const now = Date.now();
    if (now - sent < 3000) event.preventDefault(); else sent = now;
  });
})();
