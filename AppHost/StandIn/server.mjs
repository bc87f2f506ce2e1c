// Puts the realms' providers under Keycloak's URLs, on this computer's loopback addresses only.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { loadKeys } from './keys.mjs';
import { login } from './login.mjs';
import { logout } from './logout.mjs';
import { errorPage, sendPage, welcomePage } from './pages.mjs';
import { createProvider } from './provider.mjs';
import { readRealms, StartError } from './realm.mjs';
import { createTracing } from './telemetry.mjs';
import { createUserinfo } from './userinfo.mjs';

const loopbackNames = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Starts to listen. Throws a StartError where the environment or a realm file does not allow it. */
export async function start(environment) {
  const port = Number(environment.PORT || 8080);
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new StartError(`PORT is '${environment.PORT}', which is no port number from 1 to 65535.`);

  const folder = environment.REALMS || fileURLToPath(new URL('../Realms', import.meta.url));
  const realms = new Map(readRealms(folder, environment).map((realm) => [realm.name, mountRealm(realm, loadKeys(realm.name, environment.KEYS), port)]));
  const trace = createTracing(environment);
  const { version } = JSON.parse(readFileSync(new URL('node_modules/oidc-provider/package.json', import.meta.url), 'utf8'));

  const handle = async (request, response) => {
    const [path] = request.url.split('?');
    const host = hostOf(request, port);
    if (!host) return plain(response, 400, `This stand-in answers to http://localhost:${port} only.`);
    if (path === '/health/ready') return plain(response, 200, '{"status":"UP"}', 'application/json');
    if (path === '/') return sendPage(response, 200, welcomePage([...realms.values()].map((mounted) => mounted.realm), version));

    const [, name, rest] = /^\/realms\/([^/]+)(\/.*)$/.exec(path) ?? [];
    const mounted = name && realms.get(decode(name));
    if (!mounted) return plain(response, 404, JSON.stringify({ error: name ? 'Realm does not exist' : 'Unable to find matching target resource method' }), 'application/json');

    trace(request, response, routeOf(rest));
    await mounted.serve(request, response, `http://${host}`, rest);
  };

  const server = (address) => new Promise((resolve, reject) => {
    createServer((request, response) => {
      handle(request, response).catch((error) => {
        console.error(`${request.method} ${request.url.split('?')[0]} failed: ${error.stack}`); // not its cause: that may hold a key
        if (!response.headersSent) plain(response, 500, 'The stand-in failed; its log says why.');
      });
    }).on('error', reject).listen(port, address, resolve);
  });

  try {
    await server('127.0.0.1');
    await server('::1').catch((error) => { if (!['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(error.code)) throw error; });
  } catch (error) {
    if (error.code === 'EADDRINUSE') throw new StartError(`Port ${port} is in use: stop what listens there, or set PORT to another one.`);
    if (error.code === 'EACCES') throw new StartError(`Port ${port} may not be used by this user: set PORT to one above 1023.`);
    throw error;
  }
  return { port, realms: [...realms.keys()] };
}

/** The issuer follows the name in the Host header, as in Keycloak's development mode; other names than loopback are refused (DNS rebinding). */
function hostOf(request, port) {
  const [, name, given] = /^(\[::1\]|[^:]+)(?::(\d+))?$/.exec(request.headers.host ?? '') ?? [];
  return loopbackNames.has(name?.toLowerCase()) && Number(given ?? 80) === port ? request.headers.host.toLowerCase() : undefined;
}

function mountRealm(realm, keys, port) {
  const userinfo = createUserinfo(realm, keys);
  const providers = new Map(); // at most one a loopback name
  const providerAt = (origin) => {
    if (!providers.has(origin)) {
      const provider = createProvider(realm, keys, origin);
      providers.set(origin, { provider, callback: provider.callback() });
    }
    return providers.get(origin);
  };
  providerAt(`http://localhost:${port}`); // what is wrong with a realm shows at the start

  return {
    realm,
    async serve(request, response, origin, rest) {
      const { provider, callback } = providerAt(origin);
      try {
        if (rest === '/protocol/openid-connect/userinfo') return await userinfo(request, response, provider);
        if (rest === '/protocol/openid-connect/logout') return await logout(request, response, provider, realm);
        if (/^\/login-actions\/authenticate\/[^/]+$/.test(rest)) return await login(request, response, provider, realm);
      } catch (error) {
        if (error.name === 'SessionNotFound') return sendPage(response, 400, errorPage(realm, 'This login has expired, was already used, or belongs to another browser.'));
        if (error instanceof RangeError) return sendPage(response, 413, errorPage(realm, error.message));
        throw error;
      }
      // oidc-provider takes its mount path from the difference of these two.
      request.originalUrl = request.url;
      request.url = request.url.slice(request.url.indexOf(rest));
      await callback(request, response);
    },
  };
}

/** The route of a path as Keycloak names it in its spans. */
function routeOf(rest) {
  if (rest.startsWith('/protocol/openid-connect/ext/')) return '/realms/{realm}/protocol/{protocol}/ext/{extension}/request';
  const [, protocol] = /^\/protocol\/openid-connect\/([a-z]+)/.exec(rest) ?? [];
  if (protocol) return `/realms/{realm}/protocol/{protocol}/${protocol}`;
  if (rest.startsWith('/.well-known/')) return '/realms/{realm}/.well-known/{alias}';
  if (rest.startsWith('/login-actions/')) return '/realms/{realm}/login-actions/authenticate';
  return '/realms/{realm}';
}

function decode(text) {
  try { return decodeURIComponent(text); } catch { return text; }
}

function plain(response, status, body, type = 'text/plain; charset=utf-8') {
  response.writeHead(status, { 'Content-Type': type, 'X-Content-Type-Options': 'nosniff' }).end(body);
}
