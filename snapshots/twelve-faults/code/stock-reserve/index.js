'use strict';

// Reserves stock for a basket, shelf by shelf: the warehouse locks one shelf at a time.

const { setTimeout: pause } = require('node:timers/promises');

const LOCK_MS = 450;

exports.handler = async (event) => {
  const reserved = [];
  for (const line of event.lines) {
    await pause(LOCK_MS);
    reserved.push({ sku: line.sku, quantity: line.quantity, shelf: shelfOf(line.sku) });
    console.log(`${line.quantity} x ${line.sku} reserved on ${shelfOf(line.sku)}`);
  }
  return { basket: event.basket, reserved };
};

function shelfOf(sku) {
  const number = [...sku].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 997, 7);
  return `shelf-${String(number).padStart(3, '0')}`;
}
