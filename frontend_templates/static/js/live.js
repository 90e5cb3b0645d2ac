// A socket says only "X moved"; the fragment fetches itself again with the reader's rights.
// body: data-live-url data-live-since; fragment: data-live="rota.12 run.3" hx-trigger="live";
// numbers: data-tick="run.3" with data-field.
(() => {
  const body = document.body, url = body.dataset.liveUrl;
  if (!url) return;
  let since = body.dataset.liveSince, failures = 0, heard = 0;
  let socket, listening, retry, poll, ended;

  const all = (selector) => [...document.querySelectorAll(selector)];
  const words = (text) => (text || '').split(/\s+/).filter(Boolean);
  const due = new Map(), failed = new Map();
  // A fragment fetches itself 150 ms after the first word of a change, for all that is said
  // meanwhile; in a crowd at a moment of its own.
  function wake(element, within) {
    if (due.has(element)) return;
    const fetching = () => {
      due.delete(element);
      const here = element.isConnected ? element : document.getElementById(element.id);
      if (here) here.dispatchEvent(new CustomEvent('live'));
    };
    due.set(element, setTimeout(fetching, 150 + Math.random() * within));
  }
  const named = (e) => words(e.dataset.live).concat(words(e.dataset.tick));
  const streams = () => [...new Set(all('[data-live],[data-tick]').flatMap(named))].sort().join();
  const refresh = () => all('[data-live]').forEach((e) => wake(e, 2000));

  function show(state, word = state) {
    body.dataset.liveState = state;
    const still = all('[data-live],[data-tick]').every((e) => e.closest('header,nav'));
    all('[data-live-badge]').forEach((e) => {
      e.hidden = still;
      e.dataset.state = state;
      if (e.textContent !== e.dataset[word]) e.textContent = e.dataset[word];
    });
  }

  function tick(stream, data) {
    all(`[data-tick~="${stream}"] [data-field]`).forEach((e) => {
      const value = data[e.dataset.field];
      if (value === undefined) return;
      if (e.dataset.attr) e.setAttribute(e.dataset.attr, value);
      else if (!('bar' in e.dataset)) e.textContent = value;
      else if ('value' in e) e.value = value;
      else e.style.width = value + '%';
    });
  }

  function receive(frame) {
    heard = Date.now();
    if (frame.t === 'tick') return tick(frame.stream, frame.data);
    since = frame.seq;
    if (frame.t === 'hello') { failures = 0; clearInterval(poll); poll = 0; return current(); }
    if (frame.t === 'resync') refresh();
    if (frame.t === 'ev') all('[data-live]').forEach((e) => {
      if (words(e.dataset.live).some((s) => frame.streams.includes(s))) wake(e, frame.within || 0);
    });
  }

  function open() {
    clearTimeout(retry);
    listening = streams();
    if (ended || socket || !listening) return;
    const at = location.origin.replace('http', 'ws') + url;
    const mine = socket = new WebSocket(`${at}?since=${since}&streams=${listening}`);
    heard = Date.now();
    mine.onmessage = (event) => mine === socket && receive(JSON.parse(event.data));
    mine.onclose = (event) => mine === socket && lost(event.code);
  }

  function lost(code) {
    if (socket) socket.close();
    socket = 0;
    ended = { 4401: 'auth', 4403: 'barred' }[code];
    if (ended) {
      clearInterval(poll);
      return show('off', ended);
    }
    const full = code === 4429;
    failures += full ? 3 : 1;
    if (failures < 3) show('retry');
    else { show('off'); poll = poll || setInterval(refresh, 30000); }
    const pause = full ? 3e5 : Math.min(30000, 250 * 2 ** failures);
    retry = setTimeout(open, pause * (0.5 + Math.random()));
  }

  // A sleeping phone cuts the line silently.
  function check() {
    if (!socket) open();
    else if (Date.now() - heard > 35000) { lost(); open(); }
    else if (socket.readyState === 1) socket.send('{"t":"ping"}');
  }
  setInterval(() => socket && check(), 15000);
  addEventListener('online', check);
  addEventListener('offline', () => socket && lost());
  document.addEventListener('visibilitychange', () => document.hidden || check());
  // A fragment that could not be read says so and asks again, ever later.
  function answered(event) {
    const { sourceElement: e, response } = event.detail.ctx || {};
    if (!e || !e.matches('[data-live]')) return;
    if (response && response.status < 500) return failed.delete(e) && current();
    if (due.has(e)) return; // htmx tells of one answer more than once
    failed.set(e, (failed.get(e) || 0) + 1);
    wake(e, Math.min(30000, 500 * 2 ** failed.get(e)));
    current();
  }
  function current() {
    failed.forEach((_, e) => e.isConnected || failed.delete(e));
    if (socket && socket.readyState === 1) show(failed.size ? 'retry' : 'on');
  }
  for (const told of ['htmx:response:error', 'htmx:error', 'htmx:after:swap']) {
    addEventListener(told, answered);
  }

  // What a swap brought in is listened to.
  document.addEventListener('htmx:after:swap', () => {
    if (body.dataset.liveState) show(body.dataset.liveState, ended || body.dataset.liveState);
    if (streams() === listening) return;
    if (!socket || socket.readyState !== 1) return socket || open();
    listening = streams();
    socket.send(JSON.stringify({ t: 'listen', since, streams: listening.split(',') }));
  });
  open();
})();
