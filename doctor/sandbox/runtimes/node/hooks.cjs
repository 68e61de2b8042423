// Holds what a handler does with Node.js's own sockets, where nothing stronger can: by hooks, which compiled code goes around.
// A connection is asked for at doctor's desk and led to the port that it tells; programs are not let start.

'use strict';

const net = require('net');
const dns = require('dns');
const dgram = require('dgram');
const child = require('child_process');
const path = require('path');

const { Worker, isMainThread, workerData } = require('worker_threads');

if (workerData === 'doctor-watch') return;
if (isMainThread && process.env._DOCTOR_ALONE) {
  // A thread of its own, for a handler may block this one: it ends the process when the launcher is gone.
  const watch = 'setInterval(() => { if (process.ppid !== +process.argv[2]) process.kill(process.pid, "SIGKILL"); }, 250)';
  new Worker(watch, { eval: true, argv: [String(process.ppid)], workerData: 'doctor-watch' }).unref();
  delete process.env._DOCTOR_ALONE;
}
globalThis[Symbol.for('doctor.hooks')] = true;

const [host, port] = process.env._DOCTOR_DESK.split(':');
const api = Number(process.env.AWS_LAMBDA_RUNTIME_API.split(':')[1]);
const connect = net.Socket.prototype.connect;
const listening = new Set();

function ask(question, done) {
  const desk = new net.Socket();
  let text = '';
  let told = false;
  const tell = (answer) => {
    if (told) return;
    told = true;
    done(answer);
  };
  desk.setEncoding('utf8');
  desk.on('data', (part) => { text += part; });
  desk.on('end', () => {
    try { tell(JSON.parse(text)); } catch { tell({}); }
  });
  desk.on('error', () => tell({}));
  connect.call(desk, { host, port: Number(port) }, () => desk.write(`${JSON.stringify(question)}\n`));
}

function failure(code, syscall, what) {
  const errno = { ECONNREFUSED: -111, ENETUNREACH: -101, ENOENT: -2, ENOTFOUND: -3008, EPERM: -1 }[code];
  return Object.assign(new Error(`${syscall} ${code} ${what}`), { code, errno, syscall });
}

function options(given) {
  const first = given[0];
  if (Array.isArray(first)) return options(first);
  if (typeof first === 'object' && first !== null) return first;
  if (typeof first === 'string' && Number.isNaN(Number(first))) return { path: first };
  return { port: Number(first), host: typeof given[1] === 'string' ? given[1] : 'localhost' };
}

const callback = (given) => (Array.isArray(given[0]) ? callback(given[0]) : given.find((one) => typeof one === 'function'));

const own = (name) => path.resolve(name).startsWith(process.env.TMPDIR + path.sep);

net.Socket.prototype.connect = function held(...given) {
  const wanted = options(given);
  const then = callback(given);
  if (typeof wanted.path === 'string') {
    if (own(wanted.path)) return connect.apply(this, given);
    process.nextTick(() => this.destroy(failure('ENOENT', 'connect', wanted.path)));
    return this;
  }
  const meant = wanted.host || 'localhost';
  const to = Number(wanted.port);
  const local = meant === 'localhost' || meant === '::1' || meant.startsWith('127.');
  if (local && (to === api || listening.has(to))) return connect.call(this, { ...wanted, host: '127.0.0.1' }, then);
  this.connecting = true;
  const family = Number(wanted.family) || 0;
  ask({ ask: 'way', host: meant === 'localhost' ? '127.0.0.1' : meant.split('%')[0], port: to, family }, (told) => {
    if (this.destroyed) return;
    const { way } = told;
    if (way === 'open' || way === 'dropped') {
      this.connecting = false;
      connect.call(this, { ...wanted, host: '127.0.0.1', port: told.port, lookup: undefined, family: 4 }, then);
    } else if (way === 'unknown') {
      this.destroy(Object.assign(failure('ENOTFOUND', 'getaddrinfo', meant), { hostname: meant }));
    } else {
      this.destroy(failure(way === 'refused' ? 'ECONNREFUSED' : 'ENETUNREACH', 'connect', `${meant}:${to}`));
    }
  });
  return this;
};

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function held(...given) {
  this.once('listening', () => {
    const address = this.address();
    if (address && address.port) listening.add(address.port);
  });
  return listen.apply(this, given);
};

dns.lookup = (name, given, done) => {
  const then = typeof given === 'function' ? given : done;
  const all = typeof given === 'object' && given !== null && given.all;
  const family = Number(typeof given === 'number' ? given : given?.family) || 0;
  const answer = (found) => {
    const listed = found.map((address) => ({ address, family: net.isIP(address) }));
    return all ? then(null, listed) : then(null, listed[0].address, listed[0].family);
  };
  if (!name || name === 'localhost') return process.nextTick(answer, ['127.0.0.1']);
  if (net.isIP(name)) return process.nextTick(answer, [name]);
  return ask({ ask: 'name', name }, ({ addresses = [] }) => {
    const found = addresses.filter((one) => !family || net.isIP(one) === family);
    if (found.length) answer(found);
    else then(Object.assign(failure('ENOTFOUND', 'getaddrinfo', name), { hostname: name }));
  });
};
dns.promises.lookup = (name, given) => new Promise((resolve, reject) => {
  dns.lookup(name, given ?? {}, (error, address, family) => {
    if (error) reject(error);
    else resolve(given?.all ? address : { address, family });
  });
});

// What asks a name server by itself would go past the desk.
function unresolved(name, ...rest) {
  const then = rest.at(-1);
  process.nextTick(() => then(Object.assign(failure('ENOTFOUND', 'query', String(name)), { hostname: name })));
}
for (const place of [dns, dns.Resolver.prototype]) {
  for (const name of Object.getOwnPropertyNames(place)) {
    if (/^(resolve|reverse|lookupService)/.test(name)) place[name] = unresolved;
  }
}
for (const place of [dns.promises, dns.promises.Resolver.prototype]) {
  for (const name of Object.getOwnPropertyNames(place)) {
    if (/^(resolve|reverse|lookupService)/.test(name)) place[name] = async (asked) => { throw failure('ENOTFOUND', 'query', String(asked)); };
  }
}

dgram.Socket.prototype.send = function held(message, ...rest) {
  const numbers = rest.filter((one) => typeof one === 'number');
  const address = rest.find((one) => typeof one === 'string') ?? '127.0.0.1';
  ask({ ask: 'datagram', host: address, port: numbers.at(-1) ?? 0 }, () => {});
  const then = rest.find((one) => typeof one === 'function');
  if (then) process.nextTick(then, null, message.length);
};
dgram.Socket.prototype.connect = function held(to, ...rest) {
  const then = rest.find((one) => typeof one === 'function');
  if (then) process.nextTick(then);
};

for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork']) {
  child[name] = (program) => {
    ask({ ask: 'program', name: String(program) }, () => {});
    throw failure('EPERM', 'spawn', String(program));
  };
}
process.binding = () => { throw new Error('doctor holds this run by hooks only'); };
process.dlopen = (_module, file) => { throw new Error(`doctor holds this run by hooks only: it does not load ${file}`); };
require('module').syncBuiltinESMExports();
