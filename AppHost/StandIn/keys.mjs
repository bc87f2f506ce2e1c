// The signing keys. They outlive a restart: an API that has cached the old key set would answer 401 to every new token for minutes.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from './realm.mjs';

/** A realm's keys as JWKs: like Keycloak one for signatures and one for encryption (which nothing here uses). */
export function loadKeys(realmName, folder) {
  if (!folder) return makeKeys();
  const file = join(folder, `${realmName}-keys.json`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!existsSync(file)) writeFileSync(file, JSON.stringify(makeKeys()), { mode: 0o600 });
    chmodSync(file, 0o600);
    const keys = JSON.parse(readFileSync(file, 'utf8'));
    if (!Array.isArray(keys) || !keys.some((key) => key.use === 'sig' && key.d)) throw new Error('it holds no signing key');
    return keys;
  } catch (error) {
    throw new StartError(`The key file ${file} cannot be used (${error.message}): delete it, or point KEYS at a folder that can be written.`);
  }
}

function makeKeys() {
  return [['sig', 'RS256'], ['enc', 'RSA-OAEP']].map(([use, alg]) => ({
    ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), kid: randomUUID(), use, alg,
  }));
}

/** The part of a key that everybody may see. */
export function publicKey({ kty, n, e, kid, use, alg }) {
  return { kid, kty, alg, use, n, e };
}
