import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { blankImage, CardImageError, describeImage, EmulatedCard, loadImage, saveImage } from '../../src/emulator/index.js';
import { blank, contents, getData, issued, keys, sender, serial, sw } from './fixtures.js';
import { apdu, chipAuthenticate, reply, SELECT, valueOf } from './mini-terminal.js';

const folder = mkdtempSync(join(tmpdir(), 'card-image-'));
afterAll(() => rmSync(folder, { recursive: true }));
const key = Buffer.alloc(32, 9);
const path = join(folder, 'a.card');

describe('card images', () => {
  it('a card taken out and put back is the same card', () => {
    const { card, points } = issued();
    saveImage(path, card.image(), key);
    saveImage(path, card.image(), key);
    const again = new EmulatedCard(loadImage(path, key));
    again.powerUp();
    const send = sender(again);
    expect(sw(send, SELECT)).toBe('9000');
    expect(valueOf(reply(send(apdu('00CB3FFF', getData(0xc8), 65_536, true))).data, 0xc8)).toEqual(contents.sod);
    expect(typeof chipAuthenticate(send, points[0] ?? Buffer.alloc(0))).toBe('object');
    expect(describeImage(card.image())).toEqual({ serial: new Uint8Array(serial), lifeCycle: 'activated', storedBytes: expect.any(Number) as number });
  });

  it('is private, shows nothing of its content and refuses another key and every alteration', () => {
    saveImage(path, blank(), key);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const file = readFileSync(path);
    expect(file.includes(Buffer.from(keys.enc))).toBe(false);
    expect(() => loadImage(path, Buffer.alloc(32, 8))).toThrow(CardImageError);
    for (const at of [0, 20, 1000, file.length - 1]) {
      const altered = Buffer.from(file);
      altered.writeUInt8(altered.readUInt8(at) ^ 1, at);
      writeFileSync(path, altered);
      expect(() => loadImage(path, key)).toThrow(CardImageError);
    }
    for (const format of ['1', '3']) {
      writeFileSync(path, Buffer.concat([Buffer.from(`wz-card-image-${format}`), file.subarray(15, 0x8000)]));
      expect(() => loadImage(path, key)).toThrow(/another format/);
      expect(() => loadImage(path, key)).toThrow(CardImageError);
    }
    writeFileSync(path, file.subarray(0, -1));
    expect(() => loadImage(path, key)).toThrow(CardImageError);
  });

  it('refuses serials and keys of a wrong length', () => {
    expect(() => blankImage({ serial: new Uint8Array(9), keys })).toThrow(RangeError);
    expect(() => blankImage({ serial, keys: { ...keys, mac: new Uint8Array(32) } })).toThrow(RangeError);
  });
});
