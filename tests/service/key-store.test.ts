import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openOutbox, type JournalEntry } from '../../src/outbox/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { defaultKeyStoreDirectory, FileKeyStore, loadIdentity, saveIdentity, type KeyStore } from '../../src/service/index.js';
import { clock, codeOf, platformBox, start, terminalId } from '../outbox/fixture.js';
import { applicant } from '../workflows/fixtures.js';
import { enrolled, entry, identity, passwordOf, place, pullOperators, reopen } from './fixture.js';

const secret = Uint8Array.from({ length: 96 }, (_, n) => n);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('FileKeyStore', () => {
  it('gives back what it wrapped, under its own name only, and to another object on the same directory', () => {
    const { keyStore: directory } = place();
    const wrapped = new FileKeyStore(directory).wrap('a', secret);
    expect(new FileKeyStore(directory).unwrap('a', wrapped)).toEqual(secret);
    expect(codeOf(() => new FileKeyStore(directory).unwrap('b', wrapped))).toBe('KEYSTORE_UNAVAILABLE');
    wrapped[40]! ^= 1;
    expect(codeOf(() => new FileKeyStore(directory).unwrap('a', wrapped))).toBe('KEYSTORE_UNAVAILABLE');
  });

  it('its key is the owner’s alone, is made once and leaves nothing else behind', () => {
    const { keyStore: directory } = place();
    const store = new FileKeyStore(directory);
    store.wrap('a', secret);
    const key = readFileSync(join(directory, 'machine.key'));
    store.wrap('b', secret);
    expect(readFileSync(join(directory, 'machine.key'))).toEqual(key);
    expect(readdirSync(directory)).toEqual(['machine.key']);
    expect([statSync(directory).mode & 0o777, statSync(join(directory, 'machine.key')).mode & 0o777]).toEqual([0o700, 0o600]);
  });

  it.each<[string, (file: string) => void]>([
    ['gone', (file) => rmSync(file)],
    ['cut', (file) => writeFileSync(file, 'short')],
    ['open to others', (file) => chmodSync(file, 0o644)],
  ])('a key that is %s: KEYSTORE_UNAVAILABLE, and unwrapping makes no new one', (_name, spoil) => {
    const { keyStore: directory } = place();
    const store = new FileKeyStore(directory);
    const wrapped = store.wrap('a', secret);
    const file = join(directory, 'machine.key');
    spoil(file);
    const before = existsSync(file);
    expect(codeOf(() => store.unwrap('a', wrapped))).toBe('KEYSTORE_UNAVAILABLE');
    expect(existsSync(file)).toBe(before);
  });

  it('lies where the environment says, else in the user’s state directory', () => {
    const { RESIDENCE_CARD_KEY_STORE: own, XDG_STATE_HOME: state } = process.env;
    try {
      process.env['RESIDENCE_CARD_KEY_STORE'] = '/somewhere/else';
      expect(defaultKeyStoreDirectory()).toBe('/somewhere/else');
      delete process.env['RESIDENCE_CARD_KEY_STORE'];
      process.env['XDG_STATE_HOME'] = '/state';
      expect(defaultKeyStoreDirectory()).toBe('/state/residence-card');
      delete process.env['XDG_STATE_HOME'];
      expect(defaultKeyStoreDirectory()).toMatch(/\/\.local\/state\/residence-card$/);
    } finally {
      if (own !== undefined) process.env['RESIDENCE_CARD_KEY_STORE'] = own;
      if (state !== undefined) process.env['XDG_STATE_HOME'] = state;
    }
  });
});

describe('terminal.json', () => {
  it('comes back as it was saved, through any key store', () => {
    const { data } = place();
    // Stands for an operating system's store: what it wraps is a ticket, the secret never leaves it.
    const kept = new Map<string, Uint8Array>();
    const store: KeyStore = {
      wrap: (name, bytes) => {
        kept.set(name, Uint8Array.from(bytes));
        return Buffer.from(name, 'utf8');
      },
      unwrap: (_name, wrapped) => kept.get(Buffer.from(wrapped).toString('utf8'))!,
    };
    const saved = identity();
    saveIdentity(data, saved, { keyStore: store });
    expect(loadIdentity(data, { keyStore: store })).toEqual(saved);
  });

  it('damaged: STORAGE_CORRUPT, and the error quotes nothing of it', () => {
    const { data } = enrolled();
    const file = join(data, 'terminal.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"version"', '"versio'));
    expect(codeOf(() => loadIdentity(data))).toBe('STORAGE_CORRUPT');
    writeFileSync(file, '{"version":2}');
    expect(codeOf(() => loadIdentity(data))).toBe('STORAGE_CORRUPT');
  });

  it('of the first form is taken over without loss: keys, queue, settings and a half-written card; no key stays in clear', async () => {
    const { data, keyStore } = place();
    const { deviceKey: localKey, ...rest } = identity();
    const clear = { ...rest, seed: hex(rest.seed), boxSecret: hex(rest.boxSecret), localKey: hex(localKey), root: hex(rest.root), platformSealing: hex(rest.platformSealing) };
    const file = join(data, 'terminal.json');
    writeFileSync(file, JSON.stringify(clear));
    const half: JournalEntry = { serial: '0102030405060708090a', state: 'reserved', permitNumber: '330302202610000429', statusIndex: 7, sodHash: '', payload: Uint8Array.of(1, 2, 3), startedAt: start };
    const before = openOutbox(join(data, 'terminal.db'), { terminalId, sealTo: platformBox.publicKey, localKey, clock, crypto: nodeCrypto });
    before.settings.put({ trust: 'list' });
    before.journal.put(half);
    before.enqueue({ type: 'registration', voucher: 'DJ-1', application: applicant(), by: 'w1', at: start });
    before.close();

    const terminal = reopen({ data, keyStore }, { keyStoreDirectory: keyStore });
    expect(terminal.identity).toEqual({ ...rest, deviceKey: localKey });
    expect(terminal.outbox.settings.get('trust')).toBe('list');
    expect(terminal.outbox.journal.list()).toEqual([half]);
    expect(terminal.outbox.counts().pending).toBe(1);
    const text = readFileSync(file, 'utf8');
    for (const key of [rest.seed, rest.boxSecret, localKey]) expect(text).not.toContain(hex(key));

    const again = reopen({ data, keyStore });
    expect(again.identity).toEqual(terminal.identity);
    await pullOperators(again, [await entry('w1', 'operator')]);
    expect(await again.signIn('w1', passwordOf('w1'))).toMatchObject({ ok: true, value: { localData: true } });
    expect(again.outbox.journal.list()).toEqual([half]);
    // The key that once lay in clear opens none of it any more.
    expect(codeOf(() => openOutbox(join(data, 'terminal.db'), { terminalId, sealTo: platformBox.publicKey, localKey, clock, crypto: nodeCrypto }).journal.list())).toBe('STORAGE_CORRUPT');
  });
});
