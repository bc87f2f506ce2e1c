// Reads Keycloak realm files: the only place where users, roles, groups, clients and scopes are defined.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileMapper } from './mappers.mjs';

/** A problem of the person who starts the stand-in: shown as one sentence, without a stack. */
export class StartError extends Error {
  name = 'StartError';
}

/** Every `*-realm.json` of a folder, ready to be served. */
export function readRealms(folder, environment) {
  let files;
  try {
    files = readdirSync(folder).filter((name) => name.endsWith('-realm.json')).sort();
  } catch {
    throw new StartError(`The folder of realm files, ${folder}, cannot be read: point REALMS at the folder that holds the *-realm.json files.`);
  }
  if (files.length === 0) throw new StartError(`There is no *-realm.json file in ${folder}: point REALMS at the folder that holds them.`);

  const realms = files.map((file) => readRealm(join(folder, file), file, environment));
  const twice = realms.find((realm, i) => realms.findIndex((other) => other.name === realm.name) !== i);
  if (twice) throw new StartError(`Two files in ${folder} define the realm '${twice.name}': keep one of them.`);
  return realms;
}

function readRealm(path, file, environment) {
  let json;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'), (_, value) => (typeof value === 'string' ? replaceVariables(value, environment) : value));
  } catch (error) {
    throw new StartError(`${file} is not a usable realm file: ${error.message}`);
  }
  const fail = (problem) => { throw new StartError(`${file}: ${problem}`); };
  if (typeof json?.realm !== 'string') fail('it has no "realm" name, so it is no Keycloak realm file.');

  const seconds = (name, fallback) => {
    const value = json[name] ?? fallback;
    return Number.isInteger(value) && value > 0 ? value : fail(`${name} has to be a number of seconds above 0.`);
  };
  const roles = new Set((json.roles?.realm ?? []).map((role) => role.name));
  const groups = new Set((json.groups ?? []).map((group) => `/${group.name}`));
  const scopes = new Map((json.clientScopes ?? []).map((scope) => [scope.name, {
    name: scope.name,
    inToken: scope.attributes?.['include.in.token.scope'] !== 'false',
    mappers: (scope.protocolMappers ?? []).map((mapper) => compileMapper(mapper, `client scope '${scope.name}'`, fail)),
  }]));

  const realm = {
    name: json.realm,
    title: json.displayName ?? json.realm,
    accessTokenLifespan: seconds('accessTokenLifespan', 300),
    sessionIdle: seconds('ssoSessionIdleTimeout', 1800),
    sessionMax: seconds('ssoSessionMaxLifespan', 36000),
    rotateRefreshTokens: json.revokeRefreshToken ?? false,
    scopes,
    clients: new Map(),
    users: (json.users ?? []).filter((user) => user.enabled).map((user) => readUser(user)),
  };
  if (realm.rotateRefreshTokens && (json.refreshTokenMaxReuse ?? 0) !== 0) fail('refreshTokenMaxReuse above 0 is not known to the stand-in.');

  for (const client of json.clients ?? []) {
    if (client.enabled !== false) realm.clients.set(client.clientId, readClient(client));
  }
  realm.findUser = (id) => realm.users.find((user) => user.id === id);
  realm.findLogin = (name) => realm.users.find((user) => user.password !== undefined && [user.username, user.email].includes(name.toLowerCase()));
  realm.serviceAccount = (clientId) => realm.users.find((user) => user.serviceAccountClientId === clientId);
  return realm;

  function readUser(user) {
    for (const role of user.realmRoles ?? []) if (!roles.has(role)) fail(`the user '${user.username}' has the role '${role}', which the realm does not define.`);
    for (const group of user.groups ?? []) if (!groups.has(group)) fail(`the user '${user.username}' is in the group '${group}', which the realm does not define.`);
    return {
      // A user without a fixed id gets one that every start computes anew from the names.
      id: user.id ?? uuidOf(`${json.realm}/${user.username}`),
      username: user.username.toLowerCase(),
      email: user.email?.toLowerCase(),
      firstName: user.firstName,
      lastName: user.lastName,
      roles: user.realmRoles ?? [],
      groups: user.groups ?? [],
      password: user.credentials?.find((credential) => credential.type === 'password')?.value,
      serviceAccountClientId: user.serviceAccountClientId,
    };
  }

  function readClient(client) {
    if (client.directAccessGrantsEnabled || client.implicitFlowEnabled) {
      fail(`the client '${client.clientId}' allows the password grant or the implicit flow, which the stand-in refuses (RFC 9700 2.1.2 and 2.4).`);
    }
    const named = (names) => (names ?? []).map((name) => scopes.get(name) ?? fail(`the client '${client.clientId}' uses the client scope '${name}', which the realm does not define.`));
    const lifespan = client.attributes?.['access.token.lifespan'];
    if (lifespan !== undefined && !(Number(lifespan) > 0)) fail(`access.token.lifespan of the client '${client.clientId}' has to be a number of seconds above 0.`);
    if (client.serviceAccountsEnabled && !realm.users.some((user) => user.serviceAccountClientId === client.clientId)) {
      fail(`the client '${client.clientId}' has a service account, but no user with serviceAccountClientId '${client.clientId}'.`);
    }
    return {
      id: client.clientId,
      secret: client.secret,
      bearerOnly: client.bearerOnly ?? false,
      login: client.standardFlowEnabled ?? true,
      serviceAccount: client.serviceAccountsEnabled ?? false,
      redirectUris: client.redirectUris ?? [],
      postLogoutRedirectUris: client.attributes?.['post.logout.redirect.uris']?.split('##') ?? [],
      accessTokenType: client.attributes?.['access.token.header.type.rfc9068'] === 'true' ? 'at+jwt' : 'JWT',
      accessTokenLifespan: lifespan === undefined ? realm.accessTokenLifespan : Number(lifespan),
      defaultScopes: named(client.defaultClientScopes ?? json.defaultDefaultClientScopes),
      optionalScopes: named(client.optionalClientScopes ?? json.defaultOptionalClientScopes),
      mappers: (client.protocolMappers ?? []).map((mapper) => compileMapper(mapper, `client '${client.clientId}'`, fail)),
    };
  }
}

/** Keycloak replaces `${NAME:default}` at import. A name without a value and a default stays as it is. */
function replaceVariables(text, environment) {
  return text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)(?::([^}]*))?\}/g, (all, name, fallback) => environment[name] || fallback || all);
}

function uuidOf(name) {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
