// Entry point: `node stand-in.mjs`. README.md says which environment variables it reads.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));

function stop(sentence) {
  console.error(sentence);
  process.exit(1);
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 12)) stop(`The stand-in needs Node.js 20.12 or newer, this is ${process.versions.node}.`);

try {
  const { start } = await import('./server.mjs');
  const { port, realms } = await start(process.env);
  console.log(`Keycloak's stand-in (development only) listens on http://localhost:${port} for the realms ${realms.join(', ')}.`);
} catch (error) {
  if (error.code === 'ERR_MODULE_NOT_FOUND' && error.message.startsWith('Cannot find package')) stop('The stand-in\'s packages are missing: run "npm ci" in AppHost/StandIn.');
  if (error.name === 'StartError') stop(error.message);
  throw error;
}
