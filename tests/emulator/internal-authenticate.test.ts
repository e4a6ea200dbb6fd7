import { createHash, createPublicKey, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { expectOk, issued, pin, session, withPin } from './fixtures.js';
import type { Sm } from './mini-terminal.js';

const text = Buffer.from('what is signed');
const digest = createHash('sha256').update(text).digest();
const sign = (sm: Sm, data: Uint8Array = digest): { data: Buffer; sw: number } => sm.command('00880000', data, 256);

/** node:crypto hashes the text itself: the card's signature over the digest must be one over the text. */
function verifies(point: Buffer, signature: Buffer): boolean {
  const part = (from: number): string => point.subarray(from, from + 32).toString('base64url');
  const key = createPublicKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x: part(1), y: part(33) } });
  return verify('sha256', text, { key, dsaEncoding: 'ieee-p1363' }, signature);
}

describe('INTERNAL AUTHENTICATE (access.md 3)', () => {
  it('signs the digest with the second key, which is not the first', () => {
    const on = withPin();
    const sm = session(on, ['kiosk']);
    expectOk(sm.command('00200001', pin));
    const signature = expectOk(sign(sm));
    expect(signature).toHaveLength(64);
    expect(verifies(on.points[1]!, signature)).toBe(true);
    expect(verifies(on.points[0]!, signature)).toBe(false);
  });

  it('takes one verification for each signature; reading goes on', () => {
    const sm = session(withPin(), ['kiosk']);
    expectOk(sm.command('00200001', pin));
    expectOk(sign(sm));
    expectOk(sm.command('00B08300', undefined, 256));
    expectOk(sm.command('00200001', pin));
    expectOk(sign(sm));
    expect(sm.command('00200001').sw).toBe(0x9000);
    expect(sign(sm).sw).toBe(0x6982);
  });

  it('refuses another length, other parameters, and a card whose PIN is unset', () => {
    for (const [header, data, expected] of [
      ['00880000', digest.subarray(1), 0x6700],
      ['00880000', Buffer.concat([digest, digest]), 0x6700],
      ['00880100', digest, 0x6a86],
    ] as const) {
      const sm = session(withPin(), ['kiosk']);
      expectOk(sm.command('00200001', pin));
      expect(sm.command(header, data, 256).sw).toBe(expected);
    }
    expect(sign(session(issued(), ['kiosk'])).sw).toBe(0x6982);
  });
});
