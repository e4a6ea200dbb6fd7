import { describe, expect, it } from 'vitest';
import { syncTyp } from '../../src/contract/index.js';
import { encodeCbor, openSealed, decodeCbor, sealingKeyPair, sealTo, signSign1 } from '../../src/cose/index.js';
import { nodeCrypto } from '../../src/node-crypto/index.js';
import { askPerson, openPersonPermits, type PlatformClient } from '../../src/sync/index.js';
import { codeOf, platformBox, platformKeys, platformKid, platformSeed, start } from '../outbox/fixture.js';

const own = sealingKeyPair(new Uint8Array(32).fill(4));
const nonce = new Uint8Array(16).fill(1);
const look = { crypto: nodeCrypto, platformKeys: () => platformKeys, sealTo: platformBox.publicKey, boxSecret: own.secretKey };
const permit: readonly (readonly [number, unknown])[] = [[1, '330302202610000429'], [2, 'active'], [3, 1], [4, '2026-10-01'], [5, null], [6, '2027-10-01'], [7, '330302006001'], [8, '林**'], [9, '1990-01-01']];
const sealed = (list: unknown, to = own.publicKey): Uint8Array => sealTo(to).seal(encodeCbor(list));
const answer = (entries: readonly (readonly [number, unknown])[], seed = platformSeed, typ: string = syncTyp.person): Uint8Array =>
  signSign1({ typ, kid: platformKid, payload: encodeCbor(new Map(entries)), seed }, nodeCrypto.ed25519);
const whole = (list: unknown = [new Map(permit)], answered = nonce): readonly (readonly [number, unknown])[] => [[1, answered], [2, sealed(list)], [3, start]];
const opened = (bytes: Uint8Array) => openPersonPermits(bytes, nonce, look);

describe('wz-person (sync.md 5.3)', () => {
  it('is opened into the permits of the person', () => {
    expect(opened(answer(whole()))).toEqual([{ permitNumber: '330302202610000429', state: 'active', kind: 1, issuedOn: '2026-10-01', goodUntil: '2027-10-01', division: '330302006001', maskedName: '林**', birth: '1990-01-01' }]);
    expect(opened(answer(whole([])))).toEqual([]);
  });

  it.each<[string, () => Uint8Array]>([
    ['of another key', () => answer(whole(), new Uint8Array(32).fill(8))],
    ['of another kind', () => answer(whole(), platformSeed, syncTyp.permit)],
    ['to another question', () => answer(whole([new Map(permit)], new Uint8Array(16).fill(2)))],
    ['for another terminal', () => answer([[1, nonce], [2, sealed([], sealingKeyPair().publicKey)], [3, start]])],
    ['with a label more', () => answer([...whole(), [4, null]])],
    ['with a whole name in another shape', () => answer(whole([new Map([...permit, [10, 'x']])]))],
    ['with a division that is none', () => answer(whole([new Map([...permit.filter(([label]) => label !== 7), [7, '330302']])]))],
    ['that is no list', () => answer(whole({}))],
    ['that is nothing', () => new Uint8Array()],
  ])('an answer %s is discarded', (_, bytes) => expect(codeOf(() => opened(bytes()))).toBe('PLATFORM_ANSWER_INVALID'));

  it('the question stands sealed in the body, and nothing of it in the address', async () => {
    const calls: [string, string, Uint8Array][] = [];
    const client = {
      call: (method: string, path: string, body: Uint8Array) => {
        calls.push([method, path, body]);
        const asked = decodeCbor(openSealed(platformBox.secretKey, body) ?? new Uint8Array()) as Map<number, unknown>;
        expect([asked.get(1), asked.get(2), asked.get(3), asked.size]).toEqual(['330302199001010013', 'w1', 'application', 4]);
        return Promise.resolve({ ok: true, answer: { status: 200, headers: new Headers(), body: answer(whole([], asked.get(4) as Uint8Array<ArrayBuffer>)) } });
      },
    } as unknown as PlatformClient;
    expect(await askPerson(client, { idNumber: '330302199001010013', by: 'w1', purpose: 'application' }, look)).toEqual({ ok: true, value: [] });
    expect(calls.map(([method, path]) => `${method} ${path}`)).toEqual(['POST /v1/persons/permits']);
    expect(Buffer.from(calls[0]?.[2] ?? []).includes('330302199001010013')).toBe(false);
  });
});
