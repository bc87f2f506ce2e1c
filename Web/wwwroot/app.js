// Makes the lab smoother. Every page works without this file: it saves full reloads, and adds keys, a progress bar and a countdown.
'use strict';

const html = document.documentElement;
html.classList.add('script');
let shown = location.pathname + location.search;

/** Puts a page that was fetched in place of the one that is shown, and the focus where the reader goes on. */
async function show(response, focus, remember = true) {
  const url = new URL(response.url);
  const type = response.headers.get('content-type') ?? '';
  if (url.origin !== location.origin || !type.startsWith('text/html')) return location.assign(url);

  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  if (!page.querySelector('main')) return location.assign(url);
  const open = new Set([...document.querySelectorAll('.chapter[open] summary')].map((summary) => summary.firstChild.textContent));
  const scrolled = document.querySelector('.list')?.scrollTop ?? 0;
  document.title = page.title;
  document.querySelector('.top').replaceWith(page.querySelector('.top'));
  document.querySelector('main').replaceWith(page.querySelector('main'));
  for (const details of document.querySelectorAll('.chapter'))
    details.open ||= open.has(details.querySelector('summary').firstChild.textContent);
  // Do not add a history entry for the same page.
  if (remember) history[url.pathname + url.search === location.pathname + location.search ? 'replaceState' : 'pushState'](null, '', url);
  shown = location.pathname + location.search;

  prepare(scrolled);
  const target = focus && document.querySelector(focus);
  if (!target) return;
  target.classList.add('came');
  target.setAttribute('tabindex', '-1');
  target.focus({ preventScroll: true });
  if (focus === '#title') scrollTo(0, 0);
  else for (const part of [target, document.querySelector('#now')]) part?.scrollIntoView({ block: 'nearest' });
}

/** Sends a form. */
async function send(form, button) {
  form.setAttribute('aria-busy', 'true');
  button?.setAttribute('aria-disabled', 'true');
  const waiting = setTimeout(() => form.append(status('Waiting for the answer …')), 1000);
  try {
    const request = { method: 'POST', body: new FormData(form, button), headers: { Accept: 'text/html' } };
    await show(await fetch(form.action, request), form.dataset.swap);
  } catch {
    form.setAttribute('aria-busy', 'failed');
    form.requestSubmit(button); // shows the browser's validation messages
  } finally {
    clearTimeout(waiting);
  }
}

function status(text) {
  return Object.assign(document.createElement('p'), { role: 'status', className: 'soft', textContent: text });
}

/** Runs every scenario that can run, one after the other. Each answer appears in the table, and nothing moves. */
async function runAll(form) {
  const [button, progress, status] = ['button', 'progress', '[role=status]'].map((part) => form.querySelector(part));
  const ids = [...document.querySelectorAll('#matrix [data-can-run]')].map((row) => row.dataset.scenario);
  let skipped = 0;
  form.setAttribute('aria-busy', 'true');
  button.setAttribute('aria-disabled', 'true');
  progress.max = ids.length;
  progress.hidden = false;
  for (const [index, id] of ids.entries()) {
    status.textContent = `${index + 1} of ${ids.length}`;
    const answer = await fetch(`/lab/run/${id}`, { method: 'POST', body: new FormData(form), headers: { Accept: 'application/json' } })
      .catch(() => null);
    const result = await answer?.json().catch(() => null);
    if (answer?.status === 409) skipped++;
    else if (answer?.ok && result) fill(id, result);
    else {
      status.textContent = `Stopped at ${index + 1} of ${ids.length}: ${result?.detail ?? 'Web does not answer.'}`;
      break;
    }

    progress.value = index + 1;
    if (index === ids.length - 1) status.textContent = `Done: ${ids.length - skipped} answers.`;
  }

  form.removeAttribute('aria-busy');
  button.removeAttribute('aria-disabled');
}

/** Writes an answer into its cell, if the table is on the screen. */
function fill(id, { status, persona, tone, outcome }) {
  const cells = document.querySelectorAll(`#matrix [data-scenario="${id}"] td`);
  const cell = cells.length === 1 ? cells[0] : [...cells].find((one) => one.dataset.persona === persona);
  if (!cell) return;
  const link = Object.assign(document.createElement('a'), { href: `/lab/${id}?as=${cell.dataset.persona}`, textContent: status });
  link.dataset.swap = '#title';
  cell.className = tone;
  cell.replaceChildren(link, Object.assign(document.createElement('small'), { textContent: outcome }));
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  const busy = form.getAttribute('aria-busy');
  if (busy === 'failed') return;
  // Ignore a second click while a form is being sent.
  if (busy || form.dataset.runAll !== undefined || form.dataset.swap) event.preventDefault();
  if (busy) return;
  if (form.dataset.runAll !== undefined) runAll(form);
  else if (form.dataset.swap) send(form, event.submitter);
  else form.setAttribute('aria-busy', 'true');
});

document.addEventListener('click', async (event) => {
  const copy = event.target.closest('[data-copy]');
  if (copy) {
    await navigator.clipboard.writeText(copy.parentElement.querySelector('pre').textContent);
    copy.textContent = 'Copied';
    return;
  }

  const link = event.target.closest('a[data-swap]');
  if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  try {
    await show(await fetch(link.href), link.dataset.swap);
  } catch {
    location.assign(link.href);
  }
});

// A link within the page, such as the skip link, changes only the fragment.
addEventListener('popstate', async () => {
  if (location.pathname + location.search === shown) return;
  show(await fetch(location.href), '#title', false).catch(() => location.reload());
});
// A page restored from the back/forward cache is not sending anything.
addEventListener('pageshow', () => document.querySelectorAll('form[aria-busy]').forEach((form) => form.removeAttribute('aria-busy')));

// Keys 1 to 6 pick a guess, Enter sends it. Single-key shortcuts can be turned off (WCAG 2.2, 2.1.4).
document.addEventListener('keydown', (event) => {
  const isTyping = event.target.matches('textarea, select, input:not([type=checkbox])');
  if (isTyping || html.classList.contains('nokeys') || event.ctrlKey || event.metaKey || event.altKey) return;
  if (/^[1-6]$/.test(event.key)) document.querySelector(`.ask [aria-keyshortcuts="${event.key}"]`)?.focus();
});

/** The switch for the keys, which is of no use without this script. */
function addKeySwitch() {
  const ask = document.querySelector('.ask:has([aria-keyshortcuts])');
  if (!ask) return;
  const label = Object.assign(document.createElement('label'), { className: 'keys' });
  const box = Object.assign(document.createElement('input'), { type: 'checkbox', checked: !html.classList.contains('nokeys') });
  box.addEventListener('change', () => {
    html.classList.toggle('nokeys', !box.checked);
    localStorage.setItem('keys', box.checked ? 'on' : 'off');
  });
  label.append(box, 'Keys 1-6 pick an answer');
  ask.append(label);
}

/** Counts down until a scenario can run, then shows its form. */
function countDown() {
  const text = document.querySelector('[data-countdown]');
  if (!text) return;
  const end = Date.now() + text.dataset.countdown * 1000;
  const timer = setInterval(async () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    if (!text.isConnected) clearInterval(timer);
    else if (left > 0) text.textContent = `Ready in ${left} seconds.`;
    else {
      clearInterval(timer);
      await show(await fetch(location.href), '.send', false);
    }
  }, 1000);
}

/** Counts the seconds of the one-time code that is shown, and shows the next one at its end. */
function showCodes() {
  const text = document.querySelector('[data-code-ends]');
  if (!text) return;
  const end = Date.now() + text.dataset.codeEnds * 1000;
  const timer = setInterval(async () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    if (!text.isConnected) return clearInterval(timer);
    if (left > 0) return (text.textContent = `For ${left} seconds.`);
    clearInterval(timer);
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), 'text/html');
    const phone = page.querySelector('.phone');
    if (!phone || !text.isConnected) return;
    for (const part of ['.otp', '[data-code-ends]']) document.querySelector(`.phone ${part}`).replaceWith(phone.querySelector(part));
    showCodes();
  }, 1000);
}

/** What a new page needs: the list stays where it was, with the current scenario in sight. */
function prepare(scrolled = 0) {
  const list = document.querySelector('.list');
  const current = list?.querySelector('[aria-current]');
  if (list && current) {
    list.scrollTop = scrolled;
    const [outer, inner] = [list.getBoundingClientRect(), current.getBoundingClientRect()];
    if (inner.top < outer.top || inner.bottom > outer.bottom) list.scrollTop += inner.top - outer.top - outer.height / 3;
  }

  addKeySwitch();
  countDown();
  showCodes();
}

html.classList.toggle('nokeys', localStorage.getItem('keys') === 'off');
prepare();
