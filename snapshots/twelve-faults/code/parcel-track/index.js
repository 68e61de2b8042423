'use strict';

// Follows up the scans of parcels: each scan is matched with the parcel's planned route.

const { setTimeout: pause } = require('node:timers/promises');

const ROUTE = ['collected', 'hub', 'linehaul', 'depot', 'delivered'];
const ROUTING_MS = 2500; // the route planner answers no faster

exports.handler = async (event) => {
  for (const record of event.Records) {
    const scan = JSON.parse(record.body);
    const received = Number(record.attributes.ApproximateReceiveCount);
    const next = await nextStop(scan);
    console.log(`${record.messageId} (received ${received} times): ${scan.parcel} ${scan.stop}, next ${next}`);
  }
  console.log(`${event.Records.length} scans followed up`);
};

async function nextStop(scan) {
  await pause(ROUTING_MS);
  return ROUTE[ROUTE.indexOf(scan.stop) + 1] ?? 'none';
}
