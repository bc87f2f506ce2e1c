// RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0) at /realms/{realm}/protocol/openid-connect/logout.
// Not the library's own: that asks in every case and works only in the browser that has the session's cookie.
import { decodeJwt } from 'jose';
import { readForm } from './forms.mjs';
import { errorPage, loggedOutPage, logoutPage, sendPage } from './pages.mjs';

export async function logout(request, response, provider, realm) {
  const url = new URL(request.url, provider.issuer);
  const values = request.method === 'POST' ? await readForm(request) : url.searchParams;
  const refuse = (problem) => sendPage(response, 400, errorPage(realm, problem));

  const hint = values.get('id_token_hint');
  const claims = hint ? await readHint(hint, provider, realm) : undefined;
  if (hint && !claims) return refuse('Invalid parameter: id_token_hint');

  const clientId = values.get('client_id') ?? claims?.aud;
  const client = clientId ? realm.clients.get(clientId) : undefined;
  if (clientId && !client) return refuse('Invalid parameter: client_id');
  if (claims && claims.aud !== clientId) return refuse('Parameter client_id is different from the client of id_token_hint');

  const returnTo = values.get('post_logout_redirect_uri');
  if (returnTo && !client) return refuse('Missing parameter: id_token_hint or client_id');
  if (returnTo && !client.postLogoutRedirectUris.includes(returnTo)) return refuse('Invalid redirect uri');

  const session = await findSession(request, response, provider, claims);
  // Without proof of who asks, a person has to confirm. The session's cookie is SameSite=Lax: no other site can post this.
  const confirmed = claims || (request.method === 'POST' && values.get('confirmed') === 'yes');
  if (session && !confirmed) {
    const kept = ['client_id', 'post_logout_redirect_uri', 'state'].filter((name) => values.has(name)).map((name) => [name, values.get(name)]);
    return sendPage(response, 200, logoutPage(realm, url.pathname, { ...Object.fromEntries(kept), confirmed: 'yes' }), returnTo);
  }

  if (session) await endSession(provider, session);
  if (!returnTo) return sendPage(response, 200, loggedOutPage(realm));

  const target = new URL(returnTo);
  if (values.has('state')) target.searchParams.set('state', values.get('state'));
  response.writeHead(302, { Location: target.href, 'Cache-Control': 'no-store' }).end();
}

async function readHint(hint, provider, realm) {
  try {
    const claims = decodeJwt(hint);
    const client = realm.clients.has(claims.aud) && await provider.Client.find(claims.aud);
    await provider.IdToken.validate(hint, client); // signature, issuer and audience; an expired one still names its session
    return claims;
  } catch {
    return undefined;
  }
}

/** The session that the hint names, else the browser's. */
async function findSession(request, response, provider, claims) {
  if (claims?.sid) return provider.Session.findByUid(claims.sid);
  const session = await provider.Session.get(provider.createContext(request, response));
  return session.accountId ? session : undefined;
}

async function endSession(provider, session) {
  for (const { grantId } of Object.values(session.authorizations ?? {})) {
    if (grantId) await Promise.all([provider.Grant.adapter.destroy(grantId), provider.RefreshToken.revokeByGrantId(grantId), provider.AuthorizationCode.revokeByGrantId(grantId)]);
  }
  await session.destroy();
}
