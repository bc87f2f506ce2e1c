// Where the library's answers differ from Keycloak's in a way that a client can notice, they are changed here.
import { createHash, createPrivateKey, randomUUID } from 'node:crypto';
import { CompactSign, decodeJwt } from 'jose';
import { publicKey } from './keys.mjs';
import { scopeText } from './mappers.mjs';

export function answerLikeKeycloak(provider, realm, keys, endpoints) {
  const signingKey = keys.find((key) => key.use === 'sig');
  const privateKey = createPrivateKey({ key: signingKey, format: 'jwk' });

  // Both say how the session is called (OpenID Connect Session Management).
  provider.on('authorization.success', (ctx, out) => { out.session_state = ctx.oidc.session.uid; });

  for (const event of ['grant.error', 'pushed_authorization_request.error']) {
    provider.on(event, (ctx, error) => {
      const [status, code, description] = refusal(ctx, error, realm);
      ctx.status = status;
      ctx.type = 'json'; // the library sends a page to whoever accepts one
      ctx.body = JSON.stringify({ error: code, error_description: description });
      ctx.remove('WWW-Authenticate');
    });
  }
  provider.on('server_error', (ctx, error) => console.error(`${ctx.method} ${ctx.path} failed: ${error.stack}`));

  provider.use(async (ctx, next) => {
    await next();
    if (ctx.status === 303) ctx.status = 302;
    if (ctx.path === endpoints.jwks && ctx.status === 200) {
      ctx.set('Cache-Control', 'no-cache');
      ctx.body = { keys: keys.map(publicKey) }; // the library knows the signing key only
    }
    if (ctx.path.startsWith(endpoints.authorization)) renameErrors(ctx);
    if (ctx.path === endpoints.token && ctx.body?.access_token) ctx.body = await tokenResponse(ctx);
  });

  async function tokenResponse(ctx) {
    const { access_token, expires_in, refresh_token, id_token, token_type } = ctx.body;
    const { AccessToken: access, RefreshToken: refresh } = ctx.oidc.entities;
    const requested = new Set((access ?? ctx.oidc.entities.ClientCredentials).scope?.split(' '));
    return {
      access_token,
      expires_in,
      refresh_expires_in: refresh?.remainingTTL ?? 0,
      ...(refresh_token && { refresh_token }),
      token_type,
      ...(id_token && { id_token: await finishIdToken(id_token, access_token, access.sessionUid, ctx.oidc.params.grant_type === 'refresh_token') }),
      'not-before-policy': 0,
      ...(access && { session_state: access.sessionUid }),
      scope: scopeText(realm.clients.get(ctx.oidc.client.clientId), requested),
    };
  }

  /** Adds `at_hash` (OpenID Connect Core 3.1.3.6), `sid`, `jti` and the header's `typ`; a refreshed one has no `nonce` (12.2). */
  function finishIdToken(idToken, accessToken, sid, refreshed) {
    const { nonce, ...claims } = decodeJwt(idToken);
    const half = createHash('sha256').update(accessToken).digest().subarray(0, 16);
    const finished = { ...claims, ...(!refreshed && { nonce }), jti: randomUUID(), sid, at_hash: half.toString('base64url') };
    return new CompactSign(Buffer.from(JSON.stringify(finished)))
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: signingKey.kid })
      .sign(privateKey);
  }
}

/** Status, error code and description of a refused call to the token or the pushed authorization endpoint. */
function refusal(ctx, error, realm) {
  const { error: code, error_detail: detail, error_description: description = error.message } = error;
  const { grant_type: grant, client_id: clientId } = ctx.oidc.params ?? {};
  const pushed = ctx.oidc.route === 'pushed_authorization_request';

  if (code === 'invalid_client' || description === 'no client authentication mechanism provided') {
    if (pushed) return [401, 'invalid_request', 'Authentication failed.'];
    return [401, ctx.oidc.client || realm.clients.has(clientId) ? 'unauthorized_client' : 'invalid_client', 'Invalid client or Invalid client credentials'];
  }
  if (pushed) {
    if (code === 'unsupported_response_type') return [401, 'unauthorized_client', description];
    return [error.statusCode, error.statusCode < 500 ? 'invalid_request' : code, description];
  }
  if (grant === 'password') return [400, 'unauthorized_client', 'Client not allowed for direct access grants'];
  if (description === 'requested grant type is not allowed for this client') {
    return grant === 'client_credentials'
      ? [401, 'unauthorized_client', 'Client not enabled to retrieve service account']
      : [400, 'invalid_grant', 'Client not allowed for this grant'];
  }
  if (code === 'invalid_grant') return [400, code, detail ? detail.charAt(0).toUpperCase() + detail.slice(1) : description];
  return error.statusCode < 500 ? [error.statusCode, code, description] : [500, 'server_error', 'The stand-in failed; its log says why.'];
}

/** The authorization endpoint's error codes that Keycloak calls otherwise. */
function renameErrors(ctx) {
  const location = ctx.response.get('Location') ?? '';
  const [, code] = /[?#&]error=([a-z_]+)/.exec(location) ?? [];
  const flow = ctx.oidc?.params?.response_type ?? '';
  const other = {
    // The implicit and hybrid flows exist there, but not for these clients; any other value is unknown.
    unsupported_response_type: flow.split(' ').every((type) => ['code', 'token', 'id_token', 'none'].includes(type)) ? 'unauthorized_client' : undefined,
    unsupported_response_mode: 'invalid_request',
  }[code];
  if (other) ctx.set('Location', location.replace(`error=${code}`, `error=${other}`));
}
