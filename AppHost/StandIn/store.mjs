// Sessions, codes and refresh tokens, in memory: a restart logs everybody out at the identity provider.

/** A storage factory in the form that oidc-provider asks for (one adapter a model, one store for all). */
export function createStore() {
  const entries = new Map(); // 'Model:id' -> { payload, expires }
  const sessions = new Map(); // session uid -> id

  setInterval(() => {
    for (const [key, { expires }] of entries) if (expires <= Date.now()) entries.delete(key);
    for (const [uid, id] of sessions) if (!entries.has(`Session:${id}`)) sessions.delete(uid);
  }, 60_000).unref();

  const find = (key) => {
    const entry = entries.get(key);
    return entry && entry.expires > Date.now() ? entry.payload : undefined;
  };

  return (model) => ({
    async upsert(id, payload, expiresIn) {
      entries.set(`${model}:${id}`, { payload, expires: Date.now() + expiresIn * 1000 });
      if (model === 'Session') sessions.set(payload.uid, id);
    },
    async find(id) { return find(`${model}:${id}`); },
    async findByUid(uid) { return find(`${model}:${sessions.get(uid)}`); },
    async consume(id) { find(`${model}:${id}`).consumed = Math.floor(Date.now() / 1000); },
    async destroy(id) { entries.delete(`${model}:${id}`); },
    async revokeByGrantId(grantId) {
      for (const [key, { payload }] of entries) {
        if (key.startsWith(`${model}:`) && payload.grantId === grantId) entries.delete(key);
      }
    },
  });
}
