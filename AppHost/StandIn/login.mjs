// The login page behind /realms/{realm}/login-actions/authenticate/{login}.
import { createHash, timingSafeEqual } from 'node:crypto';
import { readForm } from './forms.mjs';
import { loginPage, reauthenticationPage, sendPage } from './pages.mjs';

export async function login(request, response, provider, realm) {
  // Throws where the login is unknown, over, or not this browser's: shown as an error page.
  const interaction = await provider.interactionDetails(request, response);
  const action = request.url.split('?')[0];
  const { redirect_uri: returnTo, login_hint: hint } = interaction.params;
  // Whoever has a session proves that it is still them; changing the user takes a logout, as in Keycloak.
  const known = interaction.session?.accountId && realm.findUser(interaction.session.accountId);

  const show = (username, problem) => sendPage(
    response,
    200, // a wrong password too: a login form is no HTTP authentication, so no 401
    known ? reauthenticationPage(realm, action, known, problem) : loginPage(realm, action, username, problem),
    returnTo,
  );
  if (request.method !== 'POST') return show(hint);

  const form = await readForm(request);
  const username = form.get('username') ?? '';
  const user = known || realm.findLogin(username);
  if (!isPassword(user, form.get('password') ?? '')) {
    return show(username, known ? 'Invalid password.' : 'Invalid username or password.');
  }
  const location = await provider.interactionResult(request, response, { login: { accountId: user.id, acr: '1' } });
  response.writeHead(302, { Location: location, 'Cache-Control': 'no-store' }).end();
}

function isPassword(user, password) {
  const hash = (text) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(password), hash(user?.password ?? '')) && user?.password !== undefined;
}
