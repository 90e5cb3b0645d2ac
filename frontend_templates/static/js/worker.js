// Keeps the few pages that say so (header X-Kept-For: whose they are) for a time without network:
// they are shown as they were when they were last read, and say when that was (`html[data-kept]`).
// Everything else goes to the network as if this were not here.
const PAGES = 'pages', PARTS = 'parts', OFFLINE = '/offline/', PATIENCE = 8000;
const AT = 'X-Kept-At', FOR = 'X-Kept-For', LENGTH = 'X-Kept-Seconds';

addEventListener('install', (event) => event.waitUntil(begin()));
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
// A page that was read before this worker was there, or that has changed since.
addEventListener('message', (event) => event.waitUntil(again(event.data)));
addEventListener('fetch', (event) => {
  const { request } = event, path = new URL(request.url).pathname;
  if (request.mode === 'navigate') event.respondWith(page(request));
  else if (request.method === 'GET' && path.startsWith('/assets/')) {
    event.respondWith(part(request));
  }
});

async function begin() {
  await skipWaiting();
  await keep(OFFLINE, await fetch(OFFLINE, { cache: 'reload' }), PARTS);
}

async function page(request) {
  const path = own(request.url);
  const held = request.method === 'GET' && path && await kept(path);
  const asked = fetch(request);
  if (request.method === 'GET') asked.then((answer) => read(path, answer.clone())).catch(() => {});
  else if (!/^\/[vf]\//.test(new URL(request.url).pathname)) await caches.delete(PAGES);
  try {
    return await (held ? Promise.race([asked, late(held)]) : asked);
  } catch {
    return held || await offline();
  }
}

function late(answer) {
  return new Promise((done) => { setTimeout(done, PATIENCE, answer); });
}

// Only a page without a question is kept: its address is its name.
function own(address) {
  const { pathname, search } = new URL(address);
  return search ? '' : pathname;
}

// What a kept page's address answers now: the page, or that she is not signed in any more.
async function read(path, answer) {
  const owner = answer.headers.get(FOR);
  if (owner && path) return owned(path, answer, owner);
  const gone = answer.redirected || answer.type === 'opaqueredirect' || answer.status === 403;
  if (gone && path && await (await caches.open(PAGES)).match(path)) await caches.delete(PAGES);
}

// Nobody finds what was kept for somebody else who had this phone.
async function owned(path, answer, owner) {
  const store = await caches.open(PAGES);
  const others = await store.matchAll();
  if (others.some((one) => one.headers.get(FOR) !== owner)) await caches.delete(PAGES);
  await keep(path, answer, PAGES);
}

async function keep(path, answer, store) {
  if (!answer.ok) return;
  const html = await answer.text(), headers = new Headers(answer.headers);
  headers.set(AT, Date.now());
  ['Content-Encoding', 'Content-Length', 'Set-Cookie'].forEach((name) => headers.delete(name));
  await (await caches.open(store)).put(path, new Response(html, { headers }));
  const named = html.match(/\/assets\/[\w.-]+/g) || [];
  await Promise.all([...new Set(named)].map(async (address) => {
    const parts = await caches.open(PARTS), before = await parts.match(stem(address));
    if (before && before.headers.get('ETag') === address) return;
    const found = await fetch(address);
    if (found.ok) await put(parts, address, found);
  }));
}

// One of a kind: the part of the newest page stands for those of pages before it.
async function put(parts, address, found) {
  const headers = new Headers({ 'Content-Type': found.headers.get('Content-Type'), ETag: address });
  await parts.put(stem(address), new Response(await found.blob(), { headers }));
}

const stem = (address) => address.replace(/\.[0-9a-f]+\./, '.');

async function part(request) {
  try {
    return await fetch(request);
  } catch (reason) {
    const found = await (await caches.open(PARTS)).match(stem(new URL(request.url).pathname));
    if (found) return found;
    throw reason;
  }
}

// As it was, marked as such; nothing for longer than it said that it may be kept.
async function kept(path) {
  const found = await (await caches.open(PAGES)).match(path);
  if (!found || Date.now() - found.headers.get(AT) > found.headers.get(LENGTH) * 1000) return null;
  const html = (await found.text()).replace('<html ', '<html data-kept ');
  return new Response(html, { headers: found.headers });
}

async function offline() {
  const found = await (await caches.open(PARTS)).match(OFFLINE);
  return found || Response.error();
}

async function again(address) {
  const path = own(address);
  if (path) await read(path, await fetch(path));
}
