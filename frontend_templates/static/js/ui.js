// Comfort on top of pages that work without it: menus, dialogs, toasts, copying, the display menu,
// one submit per form.
(() => {
  const root = document.documentElement, body = document.body;
  const near = (event, selector) => event.target.closest && event.target.closest(selector);

  function toast(words) {
    const box = document.createElement('div');
    box.className = 'toast';
    box.dataset.toast = '8';
    const text = document.createElement('span');
    box.append(Object.assign(text, { className: 'toast-text', textContent: words }));
    document.getElementById('toasts').append(box);
  }

  addEventListener('say', (event) => toast(event.detail));

  // --- toasts leave by themselves, but never while they are looked at; what is said anew replaces
  // what was said before
  setInterval(() => document.querySelectorAll('[data-toast]').forEach((box) => {
    if (document.hidden || box.matches(':hover') || box.contains(document.activeElement)) return;
    box.dataset.toast -= 1;
    if (box.dataset.toast <= 0) box.remove();
  }), 1000);
  const toasts = document.getElementById('toasts');
  if (toasts) new MutationObserver((changes) => {
    const added = changes.flatMap((change) => [...change.addedNodes]);
    if (added.some((one) => one.isConnected)) {
      const shown = toasts.querySelectorAll(':scope > [data-toast]');
      shown.forEach((box) => added.includes(box) || box.remove());
    }
  }).observe(toasts, { childList: true });

  document.addEventListener('click', (event) => {
    let hit;
    if ((hit = near(event, '[data-close]'))) hit.closest('[data-toast], dialog').remove();
    if ((hit = near(event, '[data-dialog]'))) {
      const dialog = document.getElementById(hit.dataset.dialog);
      if (dialog && dialog.showModal) { event.preventDefault(); dialog.showModal(); }
    }
    if (event.target.matches('dialog')) event.target.close();
    if ((hit = near(event, '[data-copy]')) && navigator.clipboard) {
      navigator.clipboard.writeText(hit.dataset.copy).then(() => toast(hit.dataset.copied || '✓'));
    }
    document.querySelectorAll('[data-menu][open]').forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    document.querySelectorAll('[data-menu][open]').forEach((menu) => {
      menu.open = false;
      menu.querySelector('summary').focus();
    });
  });

  // --- text size and theme show at once; the server keeps them in the background
  document.addEventListener('submit', (event) => {
    const form = event.target, pressed = event.submitter;
    if (!form.matches('[data-preferences]') || !pressed || pressed.name === 'language') return;
    event.preventDefault();
    const data = new FormData(form);
    data.set(pressed.name, pressed.value);
    root.dataset[pressed.name] = pressed.value;
    form.querySelectorAll(`[name=${pressed.name}]`).forEach((b) => {
      b.setAttribute('aria-pressed', b === pressed);
    });
    fetch(form.action, { method: 'POST', body: data, headers: { 'X-Quiet': '1' } }).catch(() => {});
  });

  // --- one submit per form; a question only where the template asks one
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.dataset.confirm && !confirm(form.dataset.confirm)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (form.dataset.confirm && form.elements.asked) form.elements.asked.value = 'yes';
    if (!('submitOnce' in form.dataset)) return;
    const button = event.submitter || form.querySelector('[type=submit]');
    if (form.dataset.sent) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    form.dataset.sent = '1';
    if (button) button.setAttribute('aria-busy', 'true');
  }, true);
  function release() {
    document.querySelectorAll('[data-sent]').forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll('[aria-busy]').forEach((b) => b.removeAttribute('aria-busy'));
    });
  }
  addEventListener('pageshow', release);
  document.addEventListener('htmx:finally:request', release);

  // --- what went wrong is said, not swallowed
  document.addEventListener('htmx:response:error', (event) => {
    const { response, sourceElement } = (event.detail && event.detail.ctx) || {};
    const byItself = sourceElement && sourceElement.matches('[data-live]'); // live.js asks again
    if (response && response.status >= 500 && !byItself) toast(body.dataset.wordsFailed);
  });
  // A fragment that was answered with a redirect (signed out meanwhile, say) is a whole page: go
  // there instead of squeezing it in.
  document.addEventListener('htmx:before:response', (event) => {
    const answer = event.detail.ctx.response.raw;
    if (!answer.redirected) return;
    event.preventDefault();
    if (new URL(answer.url).pathname.startsWith('/accounts/')) location.reload();
    else location.assign(answer.url);
  });
  document.addEventListener('htmx:error', () => {
    if (!navigator.onLine) toast(body.dataset.wordsOffline);
  });

  // --- a fragment that came anew may say aloud what is different: <p class="sr" data-
  // announce>…</p>
  let said = spoken();
  function spoken() {
    return [...document.querySelectorAll('[data-announce]')].map((e) => e.textContent.trim());
  }
  document.addEventListener('htmx:after:swap', () => {
    const fresh = spoken(), words = fresh.filter((text) => text && !said.includes(text)).join(' ');
    said = fresh;
    if (words) document.getElementById('announce').textContent = words;
  });

  const first = document.querySelector('[data-focus]');
  if (first) first.focus();
  const today = document.querySelector('.day-strip [aria-current=date]');
  if (today) {
    const strip = today.parentElement;
    strip.scrollLeft = today.offsetLeft - strip.clientWidth / 2 + today.offsetWidth / 2;
  }
})();
