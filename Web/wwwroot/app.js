// Makes the lab smoother. Every page works without this file: it only saves full reloads, and adds keys and a progress bar.
'use strict';

const html = document.documentElement;
html.classList.add('script');

/** Puts a page that was fetched in place of the one that is shown, and the focus where the reader goes on. */
async function show(response, focus, remember = true) {
  const url = new URL(response.url);
  const type = response.headers.get('content-type') ?? '';
  if (url.origin !== location.origin || !type.startsWith('text/html')) return location.assign(url);

  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  if (!page.querySelector('main')) return location.assign(url);
  const open = new Set([...document.querySelectorAll('.list details[open] summary')].map((summary) => summary.firstChild.textContent));
  document.title = page.title;
  document.querySelector('.top').replaceWith(page.querySelector('.top'));
  document.querySelector('main').replaceWith(page.querySelector('main'));
  for (const details of document.querySelectorAll('.list details'))
    details.open ||= open.has(details.querySelector('summary').firstChild.textContent);
  if (remember) history.pushState(null, '', url);

  keySwitch();
  const target = focus && document.querySelector(focus);
  if (!target) return;
  target.classList.add('came');
  target.setAttribute('tabindex', '-1');
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: 'nearest' });
}

/** Sends a form. A button that works already is left in peace. */
async function send(form, button) {
  if (button?.getAttribute('aria-disabled') === 'true') return;
  button?.setAttribute('aria-disabled', 'true');
  form.setAttribute('aria-busy', 'true');
  try {
    const request = { method: 'POST', body: new FormData(form, button), headers: { Accept: 'text/html' } };
    await show(await fetch(form.action, request), form.dataset.swap);
  } catch {
    form.submit(); // the browser shows what is wrong
  }
}

/** Runs every scenario that can run, one after the other, and shows how far it is. */
async function runAll(form) {
  const [button, progress, status] = ['button', 'progress', '[role=status]'].map((part) => form.querySelector(part));
  const ids = form.dataset.runAll.split(' ');
  button.setAttribute('aria-disabled', 'true');
  progress.hidden = false;
  for (const [index, id] of ids.entries()) {
    progress.value = index;
    status.textContent = `${index + 1} of ${ids.length}`;
    const answer = await fetch(`/lab/run/${id}`, { method: 'POST', body: new FormData(form), headers: { Accept: 'application/json' } });
    if (!answer.ok && answer.status !== 409) break;
  }
  await show(await fetch(location.href), '#matrix', false);
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.dataset.runAll !== undefined) {
    event.preventDefault();
    if (form.querySelector('button').getAttribute('aria-disabled') !== 'true') runAll(form).catch(() => form.submit());
  } else if (form.dataset.swap) {
    event.preventDefault();
    send(form, event.submitter);
  }
});

document.addEventListener('click', async (event) => {
  const link = event.target.closest('a[data-swap]');
  if (!link || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  try {
    await show(await fetch(link.href), link.dataset.swap);
  } catch {
    location.assign(link.href);
  }
});

addEventListener('popstate', async () => show(await fetch(location.href), '#title', false).catch(() => location.reload()));

// Keys 1 to 6 choose a prediction, Enter sends it. Single keys can be switched off (WCAG 2.2, 2.1.4).
document.addEventListener('keydown', (event) => {
  const isTyping = event.target.matches('textarea, select, input:not([type=radio], [type=checkbox])');
  if (isTyping || html.classList.contains('nokeys') || event.ctrlKey || event.metaKey || event.altKey) return;
  const choice = /^[1-6]$/.test(event.key) && document.querySelector(`.predict input[aria-keyshortcuts="${event.key}"]`);
  if (!choice) return;
  choice.checked = true;
  choice.focus();
});

/** The switch for the keys, which is of no use without this script. */
function keySwitch() {
  const actions = document.querySelector('.predict + .actions');
  if (!actions) return;
  const label = Object.assign(document.createElement('label'), { className: 'keys' });
  const box = Object.assign(document.createElement('input'), { type: 'checkbox', checked: !html.classList.contains('nokeys') });
  box.addEventListener('change', () => {
    html.classList.toggle('nokeys', !box.checked);
    localStorage.setItem('keys', box.checked ? 'on' : 'off');
  });
  label.append(box, 'Keys 1 to 6 choose');
  actions.append(label);
}

html.classList.toggle('nokeys', localStorage.getItem('keys') === 'off');
keySwitch();
