// One OpenID Provider a realm and address: panva's oidc-provider, told what the realm file says.
import { randomBytes } from 'node:crypto';
import Provider, { errors, interactionPolicy } from 'oidc-provider';
import { answerLikeKeycloak } from './answers.mjs';
import { grantedScopes, mapClaims, scopeText } from './mappers.mjs';
import { errorPage, pageHeaders } from './pages.mjs';
import { createStore } from './store.mjs';

// Where Keycloak has its endpoints, below /realms/{realm}. `end_session` is served by logout.mjs, `userinfo` by userinfo.mjs.
const endpoints = {
  authorization: '/protocol/openid-connect/auth',
  token: '/protocol/openid-connect/token',
  pushed_authorization_request: '/protocol/openid-connect/ext/par/request',
  jwks: '/protocol/openid-connect/certs',
  userinfo: '/protocol/openid-connect/userinfo',
  end_session: '/protocol/openid-connect/logout',
};

// oidc-provider signs access tokens only for a resource named by a URI; the audience itself comes from the realm's mappers.
const resource = 'urn:keycloak:realm';

/** Builds the provider of one realm for one origin such as `http://localhost:8080`. */
export function createProvider(realm, keys, origin) {
  const path = `/realms/${realm.name}`;
  const issuer = `${origin}${path}`;
  const allScopes = ['openid', ...realm.scopes.keys()];
  const clientOf = (client) => realm.clients.get(client.clientId);
  const sessionTtl = (ctx, session) => {
    const now = Math.floor(Date.now() / 1000);
    return Math.max(1, Math.min(realm.sessionIdle, (session.iat ?? now) + realm.sessionMax - now));
  };

  const provider = new Provider(issuer, {
    adapter: createStore(),
    jwks: { keys: keys.filter((key) => key.use === 'sig') },
    clients: [...realm.clients.values()].filter((client) => !client.bearerOnly).map(metadata),
    scopes: allScopes,
    responseTypes: ['code'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post'],
    routes: endpoints,
    // What a token holds is decided by the realm's mappers alone, so everything they give passes.
    claims: { openid: ['sub', 'azp', 'typ', ...claimNames(realm)] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    allowOmittingSingleRegisteredRedirectUri: false,
    ttl: {
      AccessToken: (ctx, token, client) => clientOf(client).accessTokenLifespan,
      ClientCredentials: (ctx, token, client) => clientOf(client).accessTokenLifespan,
      AuthorizationCode: 60,
      Interaction: 1800,
      Grant: realm.sessionMax,
      Session: sessionTtl,
      RefreshToken: (ctx, token) => Math.max(1, Math.min(realm.sessionIdle, token.iiat + realm.sessionMax - Math.floor(Date.now() / 1000))),
      IdToken: (ctx, token, client) => clientOf(client).accessTokenLifespan,
    },
    cookies: {
      names: { session: 'STAND_IN_SESSION', interaction: 'STAND_IN_LOGIN', resume: 'STAND_IN_RESUME' },
      long: { httpOnly: true, sameSite: 'lax', path: `${path}/` },
      short: { httpOnly: true, sameSite: 'lax' },
      keys: [randomBytes(32)],
    },
    interactions: {
      policy: withoutConsent(),
      url: (ctx, interaction) => `${path}/login-actions/authenticate/${interaction.uid}`,
    },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        useGrantedResource: () => true,
        getResourceServerInfo: (ctx, _, client) => {
          refuseUnknownScopes(ctx, clientOf(client));
          return {
            scope: allScopes.join(' '),
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'RS256' } },
          };
        },
      },
    },
    discovery: {
      userinfo_endpoint: `${issuer}${endpoints.userinfo}`,
      end_session_endpoint: `${issuer}${endpoints.end_session}`,
    },
    expiresWithSession: () => true, // logging out ends codes and refresh tokens
    issueRefreshToken: () => true,
    rotateRefreshToken: realm.rotateRefreshTokens,
    loadExistingGrant,
    findAccount,
    renderError: (ctx, out) => {
      ctx.set(pageHeaders());
      ctx.body = errorPage(realm, out.error_description ?? out.error);
    },
    formats: { customizers: { jwt: shapeAccessToken } },
  });

  answerLikeKeycloak(provider, realm, keys, endpoints);
  return provider;

  /** Nobody is asked for consent; what a login granted lasts as long as its session. */
  async function loadExistingGrant(ctx) {
    const { session, client } = ctx.oidc;
    session.sidFor(client.clientId, session.uid); // one `sid` a session, as in Keycloak
    const existing = session.grantIdFor(client.clientId) && await provider.Grant.find(session.grantIdFor(client.clientId));
    if (existing) return existing;
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope(allScopes.join(' '));
    grant.addResourceScope(resource, allScopes.join(' '));
    await grant.save();
    return grant;
  }

  async function findAccount(ctx, id, token) {
    const user = realm.findUser(id);
    if (!user) return undefined;
    if (token?.kind === 'RefreshToken') { // using the session keeps it alive
      const session = await provider.Session.findByUid(token.sessionUid);
      await session?.save(sessionTtl(ctx, session));
    }
    return {
      accountId: id,
      claims: (use, scope) => {
        const client = clientOf(ctx.oidc.client);
        const source = ctx.oidc.authorizationCode ?? ctx.oidc.refreshToken;
        const subject = { user, authTime: source?.authTime };
        return { ...mapClaims(client, grantedScopes(client, new Set(scope.split(' '))), 'id', subject), sub: id, azp: client.id, typ: 'ID' };
      },
    };
  }

  /** The access token as Keycloak writes it (RFC 9068 in its header type; the claims are the mappers'). */
  function shapeAccessToken(ctx, token, jwt) {
    const client = clientOf(token.client);
    const source = ctx.oidc.authorizationCode ?? ctx.oidc.refreshToken;
    const user = token.accountId ? realm.findUser(token.accountId) : realm.serviceAccount(client.id);
    const requested = new Set(token.scope?.split(' '));
    const { exp, iat, jti, iss } = jwt.payload;
    jwt.header = { typ: client.accessTokenType };
    jwt.payload = {
      exp,
      iat,
      jti,
      iss,
      aud: 'account', // Keycloak leaves a token without an audience mapper without `aud`; the library insists on one
      typ: 'Bearer',
      azp: client.id,
      ...(token.sessionUid && { sid: token.sessionUid }),
      scope: scopeText(client, requested),
      ...mapClaims(client, grantedScopes(client, requested), 'access', { user, authTime: source?.authTime }),
    };
  }
}

function metadata(client) {
  return {
    client_id: client.id,
    client_secret: client.secret,
    token_endpoint_auth_method: 'client_secret_basic', // the library takes client_secret_post just the same
    redirect_uris: client.login ? client.redirectUris : [],
    response_types: client.login ? ['code'] : [],
    grant_types: [...(client.login ? ['authorization_code', 'refresh_token'] : []), ...(client.serviceAccount ? ['client_credentials'] : [])],
  };
}

function claimNames(realm) {
  const user = { id: 'x', username: 'x', email: 'x', firstName: 'x', lastName: 'x', roles: ['x'], groups: ['/x'] };
  return [...realm.clients.values()].flatMap((client) => Object.keys(mapClaims(client, [...client.defaultScopes, ...client.optionalScopes], 'id', { user, authTime: 0 })));
}

function withoutConsent() {
  const policy = interactionPolicy.base();
  policy.remove('consent');
  return policy;
}

function refuseUnknownScopes(ctx, client) {
  const known = new Set(['openid', ...client.defaultScopes, ...client.optionalScopes].map((scope) => scope.name ?? scope));
  const unknown = [...ctx.oidc.requestParamScopes].filter((scope) => scope !== '' && !known.has(scope));
  if (unknown.length > 0) throw new errors.InvalidScope(`Invalid scopes: ${ctx.oidc.params.scope}`);
}
