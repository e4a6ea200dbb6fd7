import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { CardProcessOrder, CardRequest, CardStats } from './card-control.js';
import { EmulatedCard } from './card.js';
import { loadImage, saveImage } from './image.js';
import { VpcdLink } from './vpcd-link.js';

// A card in a slot: a process of its own, so that it outlives the command that inserted it. Its order comes on standard input; it says
// one line on standard output when pcscd has seen the card, and ends when the card leaves the reader.
const order = JSON.parse(await text(process.stdin)) as CardProcessOrder;
const key = new Uint8Array(Buffer.from(order.key, 'hex'));
const card = new EmulatedCard(loadImage(order.imagePath, key));
card.faults = order.faults ?? {};
const link = new VpcdLink(card, { port: order.port, save: (image) => saveImage(order.imagePath, image, key) });

const stats = (): CardStats => ({ apdus: card.apdus, writes: card.writes, powered: card.powered });

function obey(request: CardRequest, socket: Socket): void {
  switch (request.do) {
    case 'stats':
      break;
    case 'setFaults':
      card.faults = request.faults;
      break;
    case 'eject':
      link.eject();
      break;
  }
  socket.end(JSON.stringify(stats()));
}

const control = createServer((socket) => {
  let line = '';
  socket.setEncoding('utf8');
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: string) => {
    line += chunk;
    if (line.endsWith('\n')) obey(JSON.parse(line) as CardRequest, socket);
  });
});
rmSync(order.controlPath, { force: true });
await new Promise<void>((resolve) => control.listen(order.controlPath, resolve));

await link.connect();
void link.seen.then(() => process.stdout.write('seen\n'));
// The inserting command may be gone by now
process.stdout.on('error', () => undefined);
await link.closed;
control.close();
rmSync(order.controlPath, { force: true });
