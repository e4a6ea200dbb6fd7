import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** What a card costs that does nothing: answers every command with zeros and 9000, as long as P1-P2 of the command asks for. */
const { port, atr } = JSON.parse(await text(process.stdin)) as { port: number; atr: number[] };
const zeros = Buffer.alloc(65_538);

const framed = (body: Uint8Array): Buffer => {
  const frame = Buffer.alloc(2 + body.length);
  frame.writeUInt16BE(body.length, 0);
  frame.set(body, 2);
  return frame;
};

const answerOf = (command: Uint8Array): Buffer => {
  const length = ((command[2] ?? 0) << 8) | (command[3] ?? 0);
  const answer = Buffer.from(zeros.subarray(0, length));
  answer.writeUInt16BE(0x9000, length - 2);
  return answer;
};

const socket = connect({ host: '127.0.0.1', port, noDelay: true });
let input: Buffer = Buffer.alloc(0);
socket.on('data', (chunk: Buffer) => {
  input = Buffer.concat([input, chunk]);
  while (input.length >= 2 && input.length >= 2 + input.readUInt16BE(0)) {
    const body = input.subarray(2, 2 + input.readUInt16BE(0));
    input = input.subarray(2 + body.length);
    // One byte is control; 4 asks for the ATR.
    if (body.length > 1) socket.write(framed(answerOf(body)));
    else if (body[0] === 4) socket.write(framed(Uint8Array.from(atr)));
  }
});
