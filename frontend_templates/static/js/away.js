// Without a network: some pages are kept (worker.js), and what may be sent later waits.
(() => {
  const root = document.documentElement, body = document.body, was = 'kept' in root.dataset;
  if (!body.dataset.worker) return;

  // --- kept now, if the worker was not there when this page came, and again when somebody leaves a
  // page that has changed meanwhile
  const offline = navigator.serviceWorker;
  if (offline) {
    const note = document.querySelector('[data-keeps]');
    const tell = (address) => offline.ready.then((it) => it.active.postMessage(address));
    const keep = () => note && !was && tell(location.href);
    offline.register(body.dataset.worker, { scope: '/' }).catch(() => {});
    if (!offline.controller) keep();
    const also = note && !was ? note.dataset.keeps.split(' ').filter(Boolean) : [];
    also.forEach((address) => tell(new URL(address, location).href));
    let changed = false;
    document.addEventListener('htmx:after:swap', () => { changed = true; });
    document.addEventListener('visibilitychange', () => {
      if (document.hidden && changed) keep();
      changed = changed && !document.hidden;
    });
  }
  // A kept page gives way to the real one, unless something is just being typed into it.
  async function back() {
    const typing = [...document.querySelectorAll('[data-later] input[type=text]')];
    if (document.hidden || typing.some((input) => input.value)) return;
    const answer = await fetch('/healthz', { cache: 'no-store' }).catch(() => null);
    if (answer && answer.ok) location.reload();
  }
  if (was) {
    addEventListener('online', back);
    setInterval(back, 10000);
  }

  // --- what may be sent later (form[data-later]: the page that answers it) waits on the phone with
  // its moment; with a network it is sent as if it were tapped, one at a time
  const LATER = 'later', TRIES = 3;
  const waiting = () => JSON.parse(localStorage.getItem(LATER) || '[]');
  const wait = (list) => localStorage.setItem(LATER, JSON.stringify(list));
  // one word for each: of a list with one address, of each person of it
  const same = (one, action, fields) => one.action === action
    && ['what', 'assignment', 'booking'].every((name) => one.fields[name] === fields[name]);
  // what waits is not said again by a second tap; what is typed may be typed anew
  function mark() {
    const list = waiting();
    document.querySelectorAll('form.action[data-later]').forEach((form) => {
      const fields = Object.fromEntries(new FormData(form));
      const button = form.querySelector('button');
      button.disabled = list.some((one) => same(one, form.action, fields));
    });
  }
  if (was) mark();
  addEventListener('submit', (event) => {
    const form = event.target;
    if (!form.matches('[data-later]') || (navigator.onLine && !was)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const fields = Object.fromEntries(new FormData(form));
    fields.at = Math.floor(Date.now() / 1000);
    const { action, dataset } = form;
    const list = waiting(), place = list.findIndex((one) => same(one, action, fields));
    // what is said anew keeps its turn: she comes before she goes
    const one = { action, fields, back: dataset.later, tried: 0 };
    list.splice(place < 0 ? list.length : place, 1, one);
    wait(list);
    form.reset();
    mark();
    dispatchEvent(new CustomEvent('say', { detail: body.dataset.wordsLater }));
  }, true);
  function send() {
    let list = waiting();
    if (list[0] && list[0].tried && location.pathname === list[0].back) wait(list = list.slice(1));
    const next = list[0];
    if (!next || was || !navigator.onLine || next.tried >= TRIES) return;
    next.tried += 1;
    wait(list);
    const form = document.createElement('form'), { csrfToken } = body.dataset;
    Object.entries({ ...next.fields, csrfmiddlewaretoken: csrfToken }).forEach(([name, value]) => {
      form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
    });
    document.body.append(Object.assign(form, { method: 'post', action: next.action }));
    form.submit();
  }
  send();
  addEventListener('online', () => {
    wait(waiting().map((one) => ({ ...one, tried: 0 })));
    send();
  });
})();
