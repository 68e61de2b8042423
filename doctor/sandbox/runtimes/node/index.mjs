// Runs a Node.js handler as Lambda's own runtime does, in plain JavaScript: no build, no dependency.

import net from 'node:net';

import { answer, fail, initError, next } from './client.mjs';
import { Context } from './context.mjs';
import { describe, UnhandledPromiseRejection } from './errors.mjs';
import { load } from './loader.mjs';
import { logError, patchConsole, setRequestId } from './logs.mjs';
import { isStreaming, stream } from './stream.mjs';

const EXIT_UNHANDLED_REJECTION = 128;
const EXIT_UNCAUGHT = 129;

// On the weakest tier nothing but hooks holds a handler: without them it is not even loaded, and doctor is told.
if (process.env._DOCTOR_DESK && !globalThis[Symbol.for('doctor.hooks')]) {
  const [host, port] = process.env._DOCTOR_DESK.split(':');
  await new Promise((done) => {
    const desk = net.connect({ host, port: Number(port) }, () => desk.end('{"ask": "unheld"}\n'));
    desk.on('close', done);
    desk.on('error', done);
  });
  process.exit(1);
}

let current = null;
let whenLoopIsEmpty = null;

async function die(title, error, status) {
  logError(title, error);
  const report = describe(error);
  try {
    await (current ? fail(current, report) : initError(report));
  } finally {
    process.exit(status);
  }
}

process.on('uncaughtException', (error) => die('Uncaught Exception', error, EXIT_UNCAUGHT));
process.on('unhandledRejection', (reason, promise) => {
  die('Unhandled Promise Rejection', new UnhandledPromiseRejection(reason, promise), EXIT_UNHANDLED_REJECTION);
});
process.on('beforeExit', () => {
  const act = whenLoopIsEmpty;
  whenLoopIsEmpty = null;
  if (act) act();
});

// One invocation: resolves to what the handler answered, rejects with what it threw.
function call(handler, event, context) {
  return new Promise((resolve, reject) => {
    const settle = (error, result) => {
      // null is no error; anything else that a handler passes first is one.
      const act = () => (error === null || error === undefined ? resolve(result) : reject(error));
      if (context.callbackWaitsForEmptyEventLoop) whenLoopIsEmpty = act;
      else act();
    };
    context.succeed = (result) => settle(null, result);
    context.fail = (error) => settle(error ?? 'handled');
    context.done = settle;
    whenLoopIsEmpty = () => resolve(null);
    const result = handler(event, context, settle);
    if (typeof result?.then === 'function') result.then(resolve, reject);
  });
}

function stringify(result) {
  try {
    return JSON.stringify(result === undefined ? null : result);
  } catch {
    throw new Error('Unable to stringify response body');
  }
}

async function invoke(handler) {
  current = await next();
  setRequestId(current.id);
  process.env._X_AMZN_TRACE_ID = current.traceId;
  const context = new Context(current);
  try {
    const event = JSON.parse(current.body);
    if (isStreaming(handler)) await stream(handler, event, context, current);
    else await answer(current, stringify(await call(handler, event, context)));
  } catch (error) {
    logError('Invoke Error', error);
    await fail(current, describe(error));
  }
  whenLoopIsEmpty = null;
}

async function main() {
  patchConsole();
  let handler;
  try {
    handler = await load(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER);
  } catch (error) {
    await die('Uncaught Exception', error, EXIT_UNCAUGHT);
  }
  for (;;) await invoke(handler);
}

main();
