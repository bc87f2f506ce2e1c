// The pages that a person sees: plain HTML, no script, nothing from elsewhere.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const css = readFileSync(new URL('pages.css', import.meta.url), 'utf8');
const cssHash = createHash('sha256').update(css).digest('base64');
const badge = '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true"><rect x="5" y="6" width="14" height="16" rx="2.5"/><path d="M9 6V2h6v4"/><circle cx="12" cy="12.5" r="2.2"/><path d="M8.5 18.5c.6-2 2-2.8 3.5-2.8s2.9.8 3.5 2.8"/></svg>';

/** Headers of every page. `returnTo`: where a form's answer may lead, since Chromium applies form-action to redirects too. */
export function pageHeaders(returnTo = '') {
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${cssHash}'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' ${returnTo && new URL(returnTo).origin}`.trim(),
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
  };
}

export function sendPage(response, status, html, returnTo) {
  response.writeHead(status, pageHeaders(returnTo)).end(html);
}

export function loginPage(realm, action, username, problem) {
  const focus = (here) => (here ? ' autofocus' : '');
  return page(`Sign in to ${realm.title}`, realm, `
    ${wrong(problem)}
    <form method="post" action="${escape(action)}">
      <label>Username or email<input id="username" name="username" value="${escape(username)}" autocomplete="username" autocapitalize="none" spellcheck="false" required${focus(!username)}></label>
      <label>Password<input id="password" name="password" type="password" autocomplete="current-password" required${focus(username)}></label>
      <button>Sign in</button>
    </form>`, people(realm));
}

export function reauthenticationPage(realm, action, user, problem) {
  return page('Please re-authenticate to continue', realm, `
    <p class="soft">You are signed in already. What you asked for wants a fresh proof that it is still you.</p>
    <p class="badge"><span class="face" aria-hidden="true">${escape(user.username[0])}</span>${escape(user.username)}</p>
    ${wrong(problem)}
    <form method="post" action="${escape(action)}">
      <label>Password<input id="password" name="password" type="password" autocomplete="current-password" required autofocus></label>
      <button>Sign in</button>
    </form>
    <p class="soft">Somebody else? Go back and log out first.</p>`);
}

export function logoutPage(realm, action, hidden) {
  const fields = Object.entries(hidden).map(([name, value]) => `<input type="hidden" name="${name}" value="${escape(value)}">`).join('');
  return page('Do you want to log out?', realm, `
    <p class="soft">The request to log out did not prove who it comes from (it brought no ID token), so you are asked.</p>
    <form method="post" action="${escape(action)}">${fields}<button>Log out</button></form>`);
}

export function loggedOutPage(realm) {
  return page('You are logged out', realm, '<p class="soft">You can close this page. Access tokens that were issued before stay valid until they expire.</p>');
}

export function errorPage(realm, problem) {
  return page('We are sorry…', realm, `
    <p role="alert">${escape(problem)}</p>
    <p class="soft">Nothing was sent back to the application that brought you here. Go back to it and start again.</p>`);
}

export function welcomePage(realms, version) {
  const list = realms.map((realm) => `<h2>Realm <a href="/realms/${encodeURIComponent(realm.name)}/.well-known/openid-configuration">${escape(realm.name)}</a></h2>${people(realm)}`).join('');
  return page('Identity provider', undefined, `<p class="soft">OpenID Connect for AuthDemo, by oidc-provider ${escape(version)}. Start at the application, not here.</p>${list}`);
}

function page(title, realm, body, aside = '') {
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${escape(title)}</title>
  <style>${css}</style>
</head>
<body>
  <p class="notice">A development stand-in for Keycloak. Never use it for anything real.</p>
  <main>
    <p class="brand">${badge}${escape(realm?.title ?? 'AuthDemo')}</p>
    <section class="card">
      <h1>${escape(title)}</h1>${body}
    </section>
    ${aside && `<section class="card" aria-label="Users">${aside}</section>`}
  </main>
  <footer>Answers on this computer only. Users, roles and clients come from the realm files.</footer>
</body>
</html>
`;
}

function people(realm) {
  const users = realm.users.filter((user) => user.password !== undefined);
  if (users.length === 0) return '<p class="soft">Nobody can sign in here: service accounts only.</p>';
  const same = users.every((user) => user.password === user.username);
  return `
      <h2>Who there is${same ? ': the password is the user name' : ''}</h2>
      <ul class="people">${users.map((user) => `
        <li><span class="face" aria-hidden="true">${escape(user.username[0])}</span><b>${escape(user.username)}</b><small>${escape([...user.roles, ...user.groups].join(' · '))}</small></li>`).join('')}
      </ul>`;
}

const wrong = (problem) => (problem ? `<p class="wrong" role="alert">${escape(problem)}</p>` : '');
const escape = (text) => String(text ?? '').replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
