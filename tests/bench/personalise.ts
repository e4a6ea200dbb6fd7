import { putCard } from '../../src/cli/cards.js';
import { inventAdult, portraitOf } from '../../src/cli/invented/index.js';
import type { CardChannel, Traffic } from '../../src/card/index.js';
import { readerName } from '../../src/emulator/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { dateInChina, photoLimit } from '../../src/permit/index.js';
import { statusListUri } from '../../src/service/index.js';
import { issuePermit } from '../../src/workflows/index.js';
import { expected, type Counter } from './counter.js';
import { line, progress, type Line } from './lines.js';

/** The portrait brought to exactly the largest size by a comment (ITU-T T.81 B.2.4.5), so that the count stands for the worst photo. */
const largestPhoto = (jpeg: Uint8Array): Uint8Array => {
  const room = photoLimit - jpeg.length;
  if (room < 4) throw new RangeError('no room for a comment');
  return Uint8Array.from([...jpeg.subarray(0, 2), 0xff, 0xfe, (room - 2) >> 8, (room - 2) & 0xff, ...new Uint8Array(room - 4), ...jpeg.subarray(2)]);
};

/** Issues onto one blank and gives what crossed the reader from SELECT to ACTIVATE. */
const issue = async ({ folder, terminal }: Counter, card: string, seed: number, extendedLength: boolean): Promise<Traffic & { photo: number; ms: number }> => {
  expected(await putCard(folder, card));
  if ((await terminal.supervisor.waitForCard(5_000, readerName(0))) === undefined) throw new Error('no card seen');
  const connection = await terminal.supervisor.connect(readerName(0));
  const channel: CardChannel = { atr: connection.atr, extendedLength, transmit: (command) => connection.transmit(command) };
  const today = dateInChina(terminal.clock.now());
  const application = inventAdult({ seed, onDate: today, kind: 'residence' });
  const photo = largestPhoto(portraitOf(application, today, { targetBytes: photoLimit - 4 }));
  const { trust, clock, access, outbox } = terminal;
  const { journal, keySets, numbers } = outbox;
  const began = performance.now();
  try {
    const issued = expected(await issuePermit({ channel, trust, clock, access, crypto: nodeCrypto, journal, keySets, numbers, statusListUri }, application, photo));
    return { ...issued.traffic.personalisation, photo: photo.length, ms: performance.now() - began };
  } finally {
    await connection.close();
  }
};

/** Leaves the first card in slot 0, issued. */
export const personalise = async (counter: Counter): Promise<Line[]> => {
  const [long, short] = counter.blanks;
  if (long === undefined || short === undefined) throw new RangeError('two blanks are needed');
  progress(`personalising with a photo of ${photoLimit} bytes, short APDUs only`);
  const byShort = await issue(counter, short, 22, false);
  progress('personalising with extended length');
  const byLong = await issue(counter, long, 44, true);
  return [
    line('personalise-apdus', byLong.apdus, 'APDU', { limit: { of: 'value', sign: '<=', bound: 20 } }),
    line('personalise-apdus-short', byShort.apdus, 'APDU', { limit: { of: 'value', sign: '<=', bound: 64 } }),
    line('personalise-bytes', byLong.bytes, 'B'),
    line('personalise-photo', byLong.photo, 'B', { limit: { of: 'value', sign: '==', bound: photoLimit } }),
    line('personalise-time', byLong.ms, 'ms'),
  ];
};
