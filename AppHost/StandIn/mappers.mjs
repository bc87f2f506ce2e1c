// Keycloak's protocol mappers: each turns a user and a login into claims. Only those that the realm files use.

/** What a mapper may look at: the user, the login's time, the granted client scopes. */
const kinds = {
  'oidc-sub-mapper': () => ({ user }) => ({ sub: user.id }),
  'oidc-acr-mapper': () => ({ authTime }) => (authTime === undefined ? {} : { acr: '1' }),
  'oidc-full-name-mapper': () => ({ user }) => optional('name', [user.firstName, user.lastName].filter(Boolean).join(' ') || undefined),
  'oidc-usersessionmodel-note-mapper': (config, fail) => {
    if (config['user.session.note'] !== 'AUTH_TIME') fail(`the session note '${config['user.session.note']}'`);
    return ({ authTime }) => optional(config['claim.name'], authTime);
  },
  'oidc-usermodel-attribute-mapper': (config, fail) => {
    const attribute = config['user.attribute'];
    if (!['username', 'email', 'firstName', 'lastName'].includes(attribute)) fail(`the user attribute '${attribute}'`);
    return ({ user }) => optional(config['claim.name'], user[attribute]);
  },
  'oidc-usermodel-realm-role-mapper': (config) => ({ user }) => optional(config['claim.name'], list(user.roles)),
  'oidc-group-membership-mapper': (config) => ({ user }) => optional(
    config['claim.name'],
    list(config['full.path'] === 'false' ? user.groups.map((group) => group.split('/').at(-1)) : user.groups),
  ),
  'oidc-hardcoded-claim-mapper': (config) => () => ({ [config['claim.name']]: config['claim.value'] }),
  'oidc-audience-mapper': (config) => () => ({ aud: [config['included.client.audience'] || config['included.custom.audience']] }),
};

const optional = (name, value) => (value === undefined ? {} : { [name]: value });
const list = (values) => (values.length === 0 ? undefined : values);

/** One mapper of a realm file, or a clear refusal: a claim that is silently missing would be found much later. */
export function compileMapper(mapper, where, fail) {
  const make = kinds[mapper.protocolMapper];
  const known = Object.keys(kinds).join(', ');
  if (!make) fail(`${where} uses the protocol mapper '${mapper.protocolMapper}', which the stand-in does not know (it knows ${known}).`);
  const config = mapper.config ?? {};
  const claims = make(config, (what) => fail(`${where} maps ${what}, which the stand-in does not know.`));
  return {
    claims,
    in: { access: config['access.token.claim'] === 'true', id: config['id.token.claim'] === 'true', userinfo: config['userinfo.token.claim'] === 'true' },
  };
}

/** All claims of a client's mappers for one kind of token (`access`, `id` or `userinfo`). */
export function mapClaims(client, scopes, kind, subject) {
  const claims = {};
  for (const mapper of [...scopes.flatMap((scope) => scope.mappers), ...client.mappers]) {
    if (!mapper.in[kind]) continue;
    const { aud, ...others } = mapper.claims(subject);
    Object.assign(claims, others);
    if (aud) claims.aud = [...new Set([...(claims.aud ?? []), ...aud])];
  }
  if (claims.aud?.length === 1) [claims.aud] = claims.aud;
  return claims;
}

/** The client scopes that take part: all default ones, and of the optional ones those that were asked for. */
export function grantedScopes(client, requested) {
  return [...client.defaultScopes, ...client.optionalScopes.filter((scope) => requested.has(scope.name))];
}

/** The `scope` of an answer: `openid` where asked for, then what shows itself there. */
export function scopeText(client, requested) {
  const names = grantedScopes(client, requested).filter((scope) => scope.inToken).map((scope) => scope.name);
  return [...(requested.has('openid') ? ['openid'] : []), ...names].join(' ');
}
