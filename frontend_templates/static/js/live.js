// Live pages. A socket says only "stream X moved"; the fragment then fetches itself again over HTTP, with the reader's own rights.
// <body data-live-url data-live-since> · <section data-live="rota.12 run.3" hx-trigger="live"> · <div data-tick="run.3"> with data-field.
(() => {
  const body = document.body, url = body.dataset.liveUrl;
  if (!url) return;
  let since = body.dataset.liveSince, socket, listening = '', failures = 0, heard = 0, retry, poll, ended = false;

  const all = (selector) => [...document.querySelectorAll(selector)];
  const wake = (element) => element.dispatchEvent(new CustomEvent('live'));
  const streams = () => [...new Set(all('[data-live],[data-tick]').flatMap((e) => ((e.dataset.live || '') + ' ' + (e.dataset.tick || '')).trim().split(/\s+/)))].sort().join();
  const refresh = (spread) => all('[data-live]').forEach((e) => setTimeout(wake, Math.random() * spread, e));

  function show(state, word = state) {
    body.dataset.liveState = state;
    all('[data-live-badge]').forEach((e) => { if (e.textContent !== e.dataset[word]) e.textContent = e.dataset[word]; });
  }

  function tick(stream, data) {
    all(`[data-tick~="${stream}"] [data-field]`).forEach((e) => {
      const value = data[e.dataset.field];
      if (value === undefined) return;
      if (!('bar' in e.dataset)) e.textContent = value;
      else if ('value' in e) e.value = value;
      else e.style.width = value + '%';
    });
  }

  function receive({ data }) {
    const frame = JSON.parse(data);
    heard = Date.now();
    if (frame.seq !== undefined) since = frame.seq;
    if (frame.t === 'hello') { failures = 0; clearInterval(poll); poll = 0; show('on'); }
    else if (frame.t === 'resync') refresh(2000);
    else if (frame.t === 'tick') tick(frame.stream, frame.data);
    else if (frame.t === 'ev') all('[data-live]').filter((e) => e.dataset.live.split(/\s+/).some((s) => frame.streams.includes(s))).forEach(wake);
  }

  function open() {
    clearTimeout(retry);
    if (ended || (socket && socket.readyState < 2)) return;
    listening = streams();
    const mine = socket = new WebSocket(`${location.origin.replace('http', 'ws')}${url}?since=${since}&streams=${encodeURIComponent(listening)}`);
    heard = Date.now();
    mine.onmessage = (event) => { if (mine === socket) receive(event); };
    mine.onclose = ({ code }) => { if (mine === socket) lost(code); };
  }

  function lost(code) {
    socket = null;
    if (code === 4401 || code === 4403) { ended = true; clearInterval(poll); return show('off', 'auth'); }
    failures += 1;
    if (failures < 3) show('retry');
    else { show('off'); poll = poll || setInterval(refresh, 30000, 2000); }
    retry = setTimeout(open, Math.min(30000, 500 * 2 ** (failures - 1)) * (0.5 + Math.random()));
  }

  function drop() {
    const old = socket;
    socket = null;
    if (old) { old.close(); lost(0); }
  }

  // A sleeping phone kills the line without a word: 35 s of silence is a dead line; waking up asks at once.
  setInterval(() => {
    if (!socket || socket.readyState !== 1) return;
    if (Date.now() - heard > 35000) drop();
    else socket.send('{"t":"ping"}');
  }, 15000);
  addEventListener('online', open);
  addEventListener('offline', drop);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) { if (Date.now() - heard > 35000) drop(); open(); } });
  // What a swap brought in is listened to as well.
  document.addEventListener('htmx:after:swap', () => {
    show(body.dataset.liveState, ended ? 'auth' : body.dataset.liveState);
    if (!ended && streams() !== listening) { const old = socket; socket = null; if (old) old.close(); open(); }
  });
  show('retry');
  open();
})();
