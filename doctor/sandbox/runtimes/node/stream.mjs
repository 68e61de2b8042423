// Response streaming: a handler that writes its answer piece by piece.

import { Writable } from 'node:stream';

import { request } from './client.mjs';
import { describe } from './errors.mjs';
import { logError } from './logs.mjs';

const MARK = Symbol.for('aws.lambda.runtime.handler.streaming');
const PRELUDE_TYPE = 'application/vnd.awslambda.http-integration-response';
const PRELUDE_END = Buffer.alloc(8);

globalThis.awslambda = {
  streamifyResponse(handler, options) {
    handler[MARK] = options?.highWaterMark ? { highWaterMark: options.highWaterMark } : 'response';
    return handler;
  },
  HttpResponseStream: {
    from(stream, prelude) {
      stream.setContentType(PRELUDE_TYPE);
      stream.write(Buffer.concat([Buffer.from(JSON.stringify(prelude)), PRELUDE_END]));
      return stream;
    },
  },
};

export const isStreaming = (handler) => handler[MARK] !== undefined;

class ResponseStream extends Writable {
  #id;
  #sent;
  #type = 'application/octet-stream';

  constructor(id) {
    super();
    this.#id = id;
  }

  setContentType(type) {
    this.#type = type;
  }

  // The request begins with the first byte, so that an error before it is an ordinary one.
  #begin() {
    if (this.#sent) return;
    const headers = {
      'Content-Type': this.#type,
      'Lambda-Runtime-Function-Response-Mode': 'streaming',
      'Transfer-Encoding': 'chunked',
      Trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body',
    };
    this.posted = request('POST', `invocation/${this.#id}/response`, headers, (sent) => {
      this.#sent = sent;
    });
  }

  _write(chunk, encoding, done) {
    this.#begin();
    this.#sent.write(chunk, encoding, done);
  }

  _final(done) {
    this.#begin();
    this.#sent.end();
    done();
  }

  breakOff(report) {
    const body = Buffer.from(JSON.stringify(report)).toString('base64');
    this.#sent.addTrailers({ 'Lambda-Runtime-Function-Error-Type': report.errorType, 'Lambda-Runtime-Function-Error-Body': body });
    this.#sent.end();
  }
}

export async function stream(handler, event, context, current) {
  const output = new ResponseStream(current.id);
  try {
    await handler(event, output, context);
    if (!output.writableFinished) await new Promise((resolve) => output.once('finish', resolve));
  } catch (error) {
    if (!output.posted) throw error;
    logError('Invoke Error', error);
    output.breakOff(describe(error));
  }
  await output.posted;
}
