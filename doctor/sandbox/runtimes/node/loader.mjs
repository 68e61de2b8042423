// Finds and loads the handler that a function's configuration names: CommonJS or ES module, nested folders and objects.

import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { HandlerNotFound, ImportModuleError, MalformedHandlerName, UserCodeSyntaxError } from './errors.mjs';

const require = createRequire(new URL('index.mjs', import.meta.url));
const HANDLER = /^([^.]*)\.(.*)$/;

function isModule(file) {
  if (file.endsWith('.mjs')) return true;
  if (!file.endsWith('.js')) return false;
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const facts = path.join(folder, 'package.json');
    if (fs.existsSync(facts)) return JSON.parse(fs.readFileSync(facts, 'utf8')).type === 'module';
    if (folder === path.dirname(folder)) return false;
  }
}

async function loadModule(root, name) {
  const stem = path.resolve(root, name);
  const file = ['', '.js', '.mjs', '.cjs'].map((end) => stem + end).find((one) => fs.existsSync(one) && fs.statSync(one).isFile());
  if (file === undefined) return require(require.resolve(name, { paths: [root] }));
  return isModule(file) ? import(pathToFileURL(file)) : require(file);
}

export async function load(root, handler) {
  const base = path.basename(handler);
  const parts = HANDLER.exec(base);
  if (!parts) throw new MalformedHandlerName('Bad handler');
  const [, moduleName, names] = parts;
  let found;
  try {
    found = await loadModule(root, path.join(handler.slice(0, handler.length - base.length), moduleName));
  } catch (error) {
    if (error instanceof SyntaxError) throw new UserCodeSyntaxError(String(error));
    if (error?.code === 'MODULE_NOT_FOUND' || error?.code === 'ERR_MODULE_NOT_FOUND') throw new ImportModuleError(String(error));
    throw error;
  }
  const pick = (from) => names.split('.').reduce((value, name) => value?.[name], from);
  const target = pick(found) ?? pick(found.default);
  if (!target) throw new HandlerNotFound(`${handler} is undefined or not exported`);
  if (typeof target !== 'function') throw new HandlerNotFound(`${handler} is not a function`);
  return target;
}
