// Nothing here is needed to answer. It keeps unsent answers across a reload, stops a double click, reads aloud.
(() => {
  const form = document.getElementById('f'), say = document.body.dataset, again = say.again, here = 'hl' + location.pathname;
  let box = null;
  try { box = again ? null : sessionStorage; } catch (_) {}

  if (again) {
    let timer;
    const wait = () => { clearTimeout(timer); timer = setTimeout(() => location.replace(again), 180000); };
    for (const kind of ['pointerdown', 'keydown', 'input', 'scroll']) addEventListener(kind, wait, { passive: true });
    addEventListener('pageshow', event => { if (event.persisted) location.replace(again); });
    if (form) wait();
  }
  if (!form) { if (box) box.removeItem(here); return; }

  const own = () => [...form.elements].filter(field => field.name && (field.name[0] !== '_' || field.name === '_dv'));
  if (box) {
    try {
      const kept = JSON.parse(box.getItem(here) || '[]');
      for (const field of own()) {
        if (field.type === 'radio' || field.type === 'checkbox') {
          if (kept.some(([name, value]) => name === field.name && value === field.value)) field.checked = true;
        } else {
          const found = kept.find(([name]) => name === field.name);
          if (found && !field.value) field.value = found[1];
        }
      }
    } catch (_) {}
    const keep = () => {
      const picked = own().filter(field => field.value && (field.checked || !/radio|checkbox/.test(field.type)));
      try { box.setItem(here, JSON.stringify(picked.map(field => [field.name, field.value]))); } catch (_) {}
    };
    form.addEventListener('input', keep);
    form.addEventListener('change', keep);
  }

  let sent = 0;
  form.addEventListener('submit', event => {
    const now = Date.now();
    if (now - sent < 3000) event.preventDefault(); else sent = now;
  });

  const speech = window.speechSynthesis;
  if (!speech) return;
  const offer = () => {
    const voice = speech.getVoices().find(each => each.lang.toLowerCase().startsWith(document.documentElement.lang));
    if (!voice || document.querySelector('.doc')) return;
    for (const group of form.querySelectorAll('fieldset,.f')) {
      const label = group.querySelector('legend,.ten'), button = document.createElement('button');
      button.type = 'button';
      button.className = 'doc';
      button.textContent = say.read;
      button.setAttribute('aria-label', say.read + ': ' + label.textContent);
      button.onclick = () => {
        const going = speech.speaking;
        speech.cancel();
        if (going) return;
        const lines = [...group.querySelectorAll('legend,.ten,.goi,label')].map(each => each.textContent);
        const spoken = new SpeechSynthesisUtterance(lines.join('. '));
        spoken.voice = voice;
        spoken.lang = voice.lang;
        spoken.onstart = () => { button.textContent = say.stop; };
        spoken.onend = () => { button.textContent = say.read; };
        speech.speak(spoken);
      };
      label.after(button);
    }
  };
  offer();
  if (speech.addEventListener) speech.addEventListener('voiceschanged', offer);
})();
