/**
 * A service with nothing behind it, for what concerns the shell alone: it speaks src/contract/link.ts over Node's channel. It notes what it hears in DATA/heard.log. `set-pin` asks the holder's keypad twice, as often as the second answer differs. Files in DATA change what it
 * does: `deaf` (no answer to stop), `rude` (messages that the contract does not know, after attach).
 */
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';

const data = process.argv[process.argv.indexOf('--data') + 1];
const mode = process.argv[process.argv.indexOf('--mode') + 1];
const note = (entry) => appendFileSync(join(data, 'heard.log'), `${JSON.stringify({ pid: process.pid, ...entry })}\n`);
const tell = (message) => process.send(message);
const event = (value) => tell({ kind: 'event', event: value });

const state = {
  mode, version: '0.1.0', terminal: null, fault: null, signInRequired: false, session: null, operation: null, cardService: 'down', readers: [], platform: 'unknown', lastSyncAt: null, syncing: false,
  queue: { pending: 0, quarantined: 0, oldestAt: null }, list: { issuedAt: null, ageSeconds: null, stale: true }, clock: { trustworthy: true, now: Math.floor(Date.now() / 1000) }, certificates: null,
  tornCards: [], keypad: false, tray: null,
};

let asked = null;
let first = null;
const ask = (what, more = {}) => {
  asked = { id: randomUUID(), what, ...more };
  tell({ kind: 'keypad', ask: asked });
};
const answered = ({ digits }) => {
  const { what } = asked;
  asked = null;
  tell({ kind: 'keypad', ask: null });
  if (digits === null) return;
  if (what === 'set') {
    first = digits;
    ask('repeat');
  } else if (digits !== first) ask('set', { refused: 'differs' });
};

process.on('message', (message) => {
  if (message.kind !== 'ping') note({ heard: message });
  switch (message.kind) {
    case 'attach':
      event({ event: 'hello', protocol: 1, version: '0.1.0' });
      event({ event: 'state', state });
      if (existsSync(join(data, 'rude'))) {
        tell({ kind: 'event', event: { event: 'hello', protocol: 1, version: '0.1.0', more: 'unknown' } });
        tell({ kind: 'unknown' });
      }
      break;
    case 'ping':
      tell({ kind: 'pong' });
      break;
    case 'keypad-answer':
      answered(message.answer);
      break;
    case 'call':
      if (message.call.verb === 'start' && message.call.input.workflow === 'set-pin') {
        ask('set');
        break;
      }
      if (message.call.verb === 'start') {
        const { run, input } = message.call;
        event({ event: 'started', run, workflow: input.workflow });
        event({ event: 'done', run, value: {} });
        if (input.workflow === 'leave') event({ event: 'leave' });
      }
      break;
    case 'stop':
      if (!existsSync(join(data, 'deaf'))) setTimeout(() => (note({ stopped: true }), process.exit(0)), 300);
      break;
  }
});
process.on('disconnect', () => process.exit(0));
note({ started: process.argv.slice(2) });
tell({ kind: 'ready' });
