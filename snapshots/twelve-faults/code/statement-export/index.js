'use strict';

// Writes a year's account statement in the bank's fixed-width format, and returns its digest.

const { createHash } = require('node:crypto');

const WIDTH = 96; // bytes of a record

exports.handler = async (event) => {
  const months = [];
  for (let month = 1; month <= event.months; month += 1) {
    months.push(writeMonth(event.account, month, event.transactionsPerMonth));
    console.log(`month ${month} of ${event.months} written, ${event.transactionsPerMonth} records`);
  }
  const statement = Buffer.concat(months);
  console.log(`statement of ${event.account}: ${statement.length} bytes`);
  return { account: event.account, bytes: statement.length, digest: digest(statement) };
};

function writeMonth(account, month, transactions) {
  const records = Buffer.alloc(transactions * WIDTH, ' ');
  for (let number = 0; number < transactions; number += 1) {
    const cents = (number * 7919 + month * 104729) % 1000000;
    records.write(`${account}${String(month).padStart(2, '0')}${String(number).padStart(8, '0')}${cents}`, number * WIDTH, 'latin1');
    records.write('\n', (number + 1) * WIDTH - 1, 'latin1');
  }
  return records;
}

function digest(statement) {
  return createHash('sha256').update(statement).digest('hex').slice(0, 16);
}
