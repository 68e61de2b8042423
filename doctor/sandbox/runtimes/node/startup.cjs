// Times what a handler requires while it is loaded, and tells the tree on stderr. Only loaded when doctor asks for it.
// CommonJS alone: Node.js does not tell how long an ES module took.
'use strict';

const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');

const MARK = 'doctor import times ';
const LEAST = 0.1; // milliseconds: shorter ones are not told, only counted in what needed them
const ROOT = '/var/task';
delete process.env._DOCTOR_IMPORTS;

const handler = process.env._HANDLER ?? '';
const base = path.basename(handler);
const name = path.join(handler.slice(0, handler.length - base.length), base.split('.')[0]);
const stem = path.resolve(ROOT, name);
const ends = new Set(['', '.js', '.cjs'].map((end) => stem + end));
const stack = [[]];
const load = Module._load;

function fileOf(request, parent) {
  try {
    return Module._resolveFilename(request, parent);
  } catch {
    return request;
  }
}

function named(request, file) {
  return request.startsWith('.') || request.startsWith('/') ? path.relative(ROOT, file) : request;
}

Module._load = function timed(request, parent, isMain) {
  const file = fileOf(request, parent);
  if (Module._cache[file]) return load.call(this, request, parent, isMain);
  const began = process.hrtime.bigint();
  stack.push([]);
  try {
    return load.call(this, request, parent, isMain);
  } finally {
    const total = Number(process.hrtime.bigint() - began) / 1e6;
    const imports = stack.pop();
    const own = Math.max(total - imports.reduce((sum, one) => sum + one.total, 0), 0);
    if (ends.has(file)) {
      fs.writeSync(2, `${MARK}${JSON.stringify({ name, own, total, imports })}\n`);
    } else if (total >= LEAST) {
      stack[stack.length - 1].push({ name: named(request, file), own, total, imports });
    }
  }
};
