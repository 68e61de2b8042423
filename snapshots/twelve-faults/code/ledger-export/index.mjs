// Writes a quarter's ledger in the auditors' fixed-width format, and returns its digest.

import { createHash } from 'node:crypto';

const WIDTH = 96; // bytes of a record

export const handler = async (event) => {
  const weeks = [];
  for (let week = 1; week <= event.weeks; week += 1) {
    weeks.push(writeWeek(event.ledger, week, event.entriesPerWeek));
    console.log(`week ${week} of ${event.weeks} written, ${event.entriesPerWeek} entries`);
  }
  const ledger = Buffer.concat(weeks);
  console.log(`ledger ${event.ledger}: ${ledger.length} bytes`);
  return { ledger: event.ledger, bytes: ledger.length, digest: digest(ledger) };
};

function writeWeek(ledger, week, entries) {
  const records = Buffer.alloc(entries * WIDTH, ' ');
  for (let number = 0; number < entries; number += 1) {
    const cents = (number * 6101 + week * 99991) % 1000000;
    const entry = `${ledger}${String(week).padStart(2, '0')}${String(number).padStart(8, '0')}${cents}`;
    records.write(entry, number * WIDTH, 'latin1');
    records.write('\n', (number + 1) * WIDTH - 1, 'latin1');
  }
  return records;
}

function digest(ledger) {
  return createHash('sha256').update(ledger).digest('hex').slice(0, 16);
}
