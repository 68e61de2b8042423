// Errors in the form in which Lambda hands them on, and in the form in which it logs them.

import { types } from 'node:util';

class RuntimeFault extends Error {
  constructor(message) {
    super(message);
    this.name = `Runtime.${this.constructor.name}`;
    this.stack = this.stack.replace(/^[^:]*/, this.name);
  }
}

export class HandlerNotFound extends RuntimeFault {}
export class ImportModuleError extends RuntimeFault {}
export class MalformedHandlerName extends RuntimeFault {}
export class UserCodeSyntaxError extends RuntimeFault {}

export class UnhandledPromiseRejection extends RuntimeFault {
  constructor(reason, promise) {
    super(String(reason));
    this.reason = reason;
    this.promise = promise;
  }
}

const isError = (value) => types.isNativeError(value) || (value?.name && value?.message && value?.stack);

export function describe(error) {
  if (!isError(error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack || '').split('\n') };
}

export function loggable(error) {
  const { errorType, errorMessage, trace } = describe(error);
  if (!isError(error)) return { errorType, errorMessage, stack: trace };
  const { name: _name, message: _message, stack: _stack, ...more } = error;
  return { errorType, errorMessage, ...more, stack: trace };
}
