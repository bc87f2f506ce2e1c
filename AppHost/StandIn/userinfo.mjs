// Userinfo (OpenID Connect Core 5.3). Not the library's own: that refuses every token that is meant for an API, Keycloak does not.
import { createLocalJWKSet, jwtVerify } from 'jose';
import { publicKey } from './keys.mjs';
import { grantedScopes, mapClaims } from './mappers.mjs';

export function createUserinfo(realm, keys) {
  const keySet = createLocalJWKSet({ keys: keys.filter((key) => key.use === 'sig').map(publicKey) });

  return async function userinfo(request, response, provider) {
    // The challenges of RFC 6750 3: no error code for a caller who brought nothing.
    const refuse = (status, error) => {
      const reason = error ? `, error="${error}", error_description="Token verification failed"` : '';
      response.writeHead(status, { 'WWW-Authenticate': `Bearer realm="${realm.name}"${reason}`, 'Cache-Control': 'no-store' }).end();
    };
    const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (!token) return refuse(401);

    let claims;
    try {
      ({ payload: claims } = await jwtVerify(token, keySet, { issuer: provider.issuer, algorithms: ['RS256'] }));
    } catch {
      return refuse(401, 'invalid_token');
    }
    if (claims.typ !== 'Bearer' || !claims.sid || !await isLive(claims, provider)) return refuse(401, 'invalid_token');
    const scopes = new Set(claims.scope.split(' '));
    if (!scopes.has('openid')) return refuse(403, 'insufficient_scope');

    const client = realm.clients.get(claims.azp);
    const subject = { user: realm.findUser(claims.sub), authTime: claims.auth_time };
    response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
      .end(JSON.stringify({ sub: claims.sub, ...mapClaims(client, grantedScopes(client, scopes), 'userinfo', subject) }));
  };
}

/** Not logged out, and not revoked because a code or refresh token came twice. */
async function isLive({ sid, azp, sub }, provider) {
  const session = await provider.Session.findByUid(sid);
  if (session?.accountId !== sub) return false;
  const grantId = session.grantIdFor(azp);
  return Boolean(grantId && await provider.Grant.find(grantId));
}
