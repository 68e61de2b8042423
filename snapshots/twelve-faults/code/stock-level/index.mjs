// Tells how much of each article is left, warehouse by warehouse.

import { setTimeout as pause } from 'node:timers/promises';

const WAREHOUSES = ['north', 'harbour', 'airport'];
const COUNT_MS = 180; // a warehouse counts no faster

export const handler = async (event) => {
  const levels = {};
  for (const warehouse of WAREHOUSES) {
    await pause(COUNT_MS);
    levels[warehouse] = Object.fromEntries(event.skus.map((sku) => [sku, level(warehouse, sku)]));
  }
  console.log(`${event.skus.length} articles counted in ${WAREHOUSES.length} warehouses`);
  return { levels };
};

function level(warehouse, sku) {
  return [...`${warehouse}/${sku}`].reduce((sum, letter) => (sum * 33 + letter.charCodeAt(0)) % 241, 5);
}
