/**
 * A card of a few lines for the reader driver's tests: node scripted-card.mjs PORT. It does what a command says (INS), so that a test needs no second
 * channel: A4 done; CE 6A82; B0 as many bytes as Le; EE the data back; DF answers after P1P2 milliseconds; DD never answers; DE pulls the card out in mid-command.
 * It speaks vpcd's protocol: length (2 bytes, big-endian) and payload; one byte is control (0 off, 1 on, 2 reset, 4 answer to reset).
 */
import { connect } from 'node:net';

const atr = Buffer.from('3b80800101', 'hex');
const done = Buffer.from('9000', 'hex');

const expected = (apdu) => {
  if (apdu.length === 5) return apdu[4] || 256;
  return apdu.length === 7 && apdu[4] === 0 ? apdu.readUInt16BE(5) || 65536 : 0;
};
const dataOf = (apdu) => (apdu[4] === 0 && apdu.length > 7 ? apdu.subarray(7, 7 + apdu.readUInt16BE(5)) : apdu.subarray(5, 5 + apdu[4]));

let link;
const send = (payload) => {
  const frame = Buffer.alloc(2 + payload.length);
  frame.writeUInt16BE(payload.length);
  payload.copy(frame, 2);
  link.write(frame);
};

const answer = (apdu) => {
  switch (apdu[1]) {
    case 0xb0:
      return send(Buffer.concat([Buffer.alloc(expected(apdu), 0x5a), done]));
    case 0xee:
      return send(Buffer.concat([dataOf(apdu), done]));
    case 0xdf:
      return void setTimeout(() => send(done), apdu.readUInt16BE(2));
    case 0xce:
      return send(Buffer.from('6a82', 'hex'));
    case 0xdd:
      return undefined;
    case 0xde:
      return process.exit(0);
    default:
      return send(done);
  }
};

/** vpcd drops whoever waits in its queue when the card before is pulled: come again. */
const insert = () => {
  let rest = Buffer.alloc(0);
  link = connect({ host: '127.0.0.1', port: Number(process.argv[2]), noDelay: true });
  link.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
      const payload = rest.subarray(2, 2 + rest.readUInt16BE(0));
      rest = rest.subarray(2 + payload.length);
      if (payload.length > 1) answer(payload);
      else if (payload[0] === 4) send(atr);
    }
  });
  link.on('error', () => undefined);
  link.on('close', () => setTimeout(insert, 50));
};
insert();
