// One server span for every call whose caller is traced, sent as OTLP/HTTP JSON. Keycloak's own quiet sampler does the same.
import { randomBytes } from 'node:crypto';

/** Returns `trace(request, response, route)`: no-op where no endpoint is configured. */
export function createTracing(environment) {
  const endpoint = environment.OTEL_EXPORTER_OTLP_ENDPOINT?.replace(/\/+$/, '');
  if (!endpoint) return () => {};

  const headers = { 'content-type': 'application/json', ...pairs(environment.OTEL_EXPORTER_OTLP_HEADERS) };
  const resource = {
    attributes: Object.entries({ ...pairs(environment.OTEL_RESOURCE_ATTRIBUTES), 'service.name': environment.OTEL_SERVICE_NAME || 'keycloak' }).map(attribute),
  };
  let warned = false;

  async function send(span) {
    try {
      const answer = await fetch(`${endpoint}/v1/traces`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'AuthDemo.StandIn' }, spans: [span] }] }] }),
        signal: AbortSignal.timeout(5000),
      });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
    } catch (error) {
      if (!warned) console.error(`Spans could not be sent to ${endpoint}: ${error.message}. This is said once.`);
      warned = true;
    }
  }

  return function trace(request, response, route) {
    // W3C Trace Context: version, trace id, parent id, flags (bit 1: the caller records it).
    const [, traceId, parentSpanId, flags] = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/.exec(request.headers.traceparent ?? '') ?? [];
    if (!traceId || !(parseInt(flags, 16) & 1)) return;
    const start = BigInt(Date.now()) * 1_000_000n;
    const clock = process.hrtime.bigint();
    response.on('finish', () => send({
      traceId,
      parentSpanId,
      spanId: randomBytes(8).toString('hex'),
      name: `${request.method} ${route}`,
      kind: 2,
      startTimeUnixNano: String(start),
      endTimeUnixNano: String(start + process.hrtime.bigint() - clock),
      attributes: Object.entries({
        'http.request.method': request.method, 'http.route': route, 'url.scheme': 'http', 'http.response.status_code': response.statusCode,
      }).map(attribute),
      status: response.statusCode >= 500 ? { code: 2 } : {},
    }));
  };
}

const attribute = ([key, value]) => ({ key, value: typeof value === 'number' ? { intValue: value } : { stringValue: value } });

/** `a=1,b=2` with percent-encoded values, as OpenTelemetry writes headers and resource attributes. */
function pairs(text) {
  return Object.fromEntries((text ?? '').split(',').filter((pair) => pair.includes('=')).map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())];
  }));
}
