// The console as Lambda has it: one call, one log event, on Lambda's framed log channel.

import fs from 'node:fs';
import { format } from 'node:util';

import { loggable } from './errors.mjs';

const CHANNEL = Number(process.env._LAMBDA_TELEMETRY_LOG_FD);
const JSON_FORMAT = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const LOWEST = Math.max(0, LEVELS.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL ?? 'TRACE'));
const METHODS = { trace: 'TRACE', debug: 'DEBUG', info: 'INFO', log: 'INFO', warn: 'WARN', error: 'ERROR' };
const TEXT_FRAME = 0xa55a0003;
const JSON_FRAME = 0xa55a0002;
delete process.env._LAMBDA_TELEMETRY_LOG_FD;

let requestId;

export function setRequestId(id) {
  requestId = id;
}

function write(level, text, kind) {
  const body = Buffer.from(text, 'utf8');
  const head = Buffer.alloc(16);
  head.writeUInt32BE((kind | ((LEVELS.indexOf(level) + 1) << 2)) >>> 0, 0);
  head.writeUInt32BE(body.length, 4);
  head.writeBigUInt64BE(BigInt(Date.now()) * 1000n, 8);
  const frame = Buffer.concat([head, body]);
  for (let sent = 0; sent < frame.length; ) sent += fs.writeSync(CHANNEL, frame, sent);
}

function emit(level, values) {
  if (JSON_FORMAT && LEVELS.indexOf(level) < LOWEST) return;
  const timestamp = new Date().toISOString();
  if (!JSON_FORMAT) {
    write(level, [timestamp, String(requestId), level, format(...values)].join('\t'), TEXT_FRAME);
    return;
  }
  const message = values.length === 1 && typeof values[0] === 'object' ? values[0] : format(...values);
  const record = { timestamp, level, requestId, message };
  const error = values.find((value) => value instanceof Error);
  if (error) Object.assign(record, loggable(error), { message: format(...values) });
  write(level, JSON.stringify(record), JSON_FRAME);
}

export function logError(title, error) {
  if (JSON_FORMAT) emit('ERROR', [error]);
  else emit('ERROR', [`${title} \t${JSON.stringify(loggable(error))}`]);
}

export function patchConsole() {
  for (const [method, level] of Object.entries(METHODS)) console[method] = (...values) => emit(level, values);
}
