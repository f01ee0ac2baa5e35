// A token endpoint that speaks HTTP/2, and HTTP/1.1 to those that do not, over TLS on 127.0.0.1.
//
//   node http2_provider.mjs --certificate FILE --key FILE
//
// Prints one line of JSON when it is ready, and runs until SIGTERM:
//   {"ready":true,"origin","token"}
// POST /token/good           a token whose scope is the version of HTTP that was spoken
// POST /token/megabytes      8 MB of answer
// POST /token/huge-header    100 kB of headers
// POST /token/reset          the stream is reset in the middle of the answer
import http2 from 'node:http2';
import fs from 'node:fs';
import { parseArgs } from 'node:util';

const { values: args } = parseArgs({ options: { certificate: { type: 'string' }, key: { type: 'string' } } });
const json = { 'Content-Type': 'application/json' };

const behaviours = {
  good(request, response) {
    response.writeHead(200, json);
    response.end(JSON.stringify({ access_token: `at-${request.httpVersion}`, token_type: 'Bearer',
      expires_in: 600, scope: `http-${request.httpVersion}` }));
  },
  megabytes(request, response) {
    response.writeHead(200, json);
    response.end(JSON.stringify({ access_token: 'at', token_type: 'Bearer', padding: 'a'.repeat(8 << 20) }));
  },
  'huge-header'(request, response) {
    const padding = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`x-${i}`, 'a'.repeat(1000)]));
    response.writeHead(200, { ...json, ...padding });
    response.end('{}');
  },
  reset(request, response) {
    response.writeHead(200, json);
    response.write('{"access_token":"at-half');
    setImmediate(() => (response.stream ? response.stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR)
      : response.socket.destroy()));
  },
};

const server = http2.createSecureServer(
  { key: fs.readFileSync(args.key), cert: fs.readFileSync(args.certificate), allowHTTP1: true },
  (request, response) => {
    request.resume();
    request.on('end', () => (behaviours[request.url.replace('/token/', '')] ?? behaviours.good)(request, response));
  },
);
server.on('sessionError', () => {});
server.on('stream', (stream) => stream.on('error', () => {}));
server.listen(0, '127.0.0.1', () => {
  const origin = `https://127.0.0.1:${server.address().port}`;
  console.log(JSON.stringify({ ready: true, origin, token: `${origin}/token/` }));
});
process.on('SIGTERM', () => process.exit(0));
