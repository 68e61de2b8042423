// The runtime's side of the Runtime API.

import http from 'node:http';

const [HOST, PORT] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const ROOT = '/2018-06-01/runtime/';
const AGENT = new http.Agent({ keepAlive: true, maxSockets: 1 });
const HEADER_LIMIT = 1024 * 1024;

export function request(method, path, headers = {}, onRequest = (sent) => sent.end()) {
  return new Promise((resolve, reject) => {
    const sent = http.request({ host: HOST, port: PORT, method, path: ROOT + path, headers, agent: AGENT }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }));
      response.on('error', reject);
    });
    sent.on('error', reject);
    onRequest(sent);
  });
}

async function post(path, body, headers) {
  const sized = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), ...headers };
  const { status } = await request('POST', path, sized, (sent) => sent.end(body));
  if (status !== 202) throw new Error(`the Runtime API answered ${status} to ${path}`);
}

export async function next() {
  const { status, headers, body } = await request('GET', 'invocation/next');
  if (status !== 200) throw new Error(`the Runtime API answered ${status} to invocation/next`);
  const parse = (text) => (text ? JSON.parse(text) : undefined);
  return {
    id: headers['lambda-runtime-aws-request-id'],
    deadline: Number(headers['lambda-runtime-deadline-ms']),
    arn: headers['lambda-runtime-invoked-function-arn'],
    traceId: headers['lambda-runtime-trace-id'],
    clientContext: parse(headers['lambda-runtime-client-context']),
    identity: parse(headers['lambda-runtime-cognito-identity']),
    body: body.toString('utf8'),
  };
}

export async function answer(event, body) {
  try {
    await post(`invocation/${event.id}/response`, body);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

function faultHeaders(report) {
  const cause = JSON.stringify({ working_directory: process.cwd(), exceptions: [{ type: report.errorType, message: report.errorMessage, stack: [] }], paths: [] });
  const ascii = encodeURI(report.errorType).slice(0, HEADER_LIMIT);
  const headers = { 'Lambda-Runtime-Function-Error-Type': ascii };
  if (cause.length < HEADER_LIMIT && /^[\x20-\x7e]*$/.test(cause)) headers['Lambda-Runtime-Function-XRay-Error-Cause'] = cause;
  return headers;
}

export const fail = (event, report) => post(`invocation/${event.id}/error`, JSON.stringify(report), faultHeaders(report));

export const initError = (report) => post('init/error', JSON.stringify(report), faultHeaders(report));
