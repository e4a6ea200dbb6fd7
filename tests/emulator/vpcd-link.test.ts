import { createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { EmulatedCard, VpcdLink, type CardFaults } from '../../src/emulator/index.js';
import { blank } from './fixtures.js';

/** A reader that says all of this at once and then listens. */
async function readerSaying(bytes: Uint8Array, faults: CardFaults, leaves: boolean): Promise<{ card: EmulatedCard; end: string }> {
  const card = new EmulatedCard(blank());
  card.faults = faults;
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
    socket.resume();
    if (leaves) socket.end(bytes);
    else socket.write(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const link = new VpcdLink(card, { port: typeof address === 'object' && address !== null ? address.port : 0, save: () => undefined });
  await link.connect();
  const end = await link.closed;
  // Whatever was still to be done for the reader has its time.
  await new Promise((resolve) => setTimeout(resolve, 60));
  for (const socket of sockets) socket.destroy();
  server.close();
  return { card, end };
}

const on = [0, 1, 1];
const command = [0, 4, 0, 0xa4, 0, 0];

describe('a card that left its reader', () => {
  it.each<[string, number[], CardFaults, boolean, string]>([
    ['torn', [...on, ...command, ...on, ...command], { tearAtApdu: { at: 1, when: 'before' } }, false, 'torn'],
    ['the reader went while it answered', [...on, ...command, ...command, ...on], { delayMs: 20 }, true, 'reader-gone'],
  ])('takes nothing that was sent before: %s', async (_, bytes, faults, leaves, expected) => {
    const { card, end } = await readerSaying(Uint8Array.from(bytes), faults, leaves);
    expect([end, card.powered, card.apdus]).toEqual([expected, false, 1]);
  });
});
