import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeCbor } from '../../src/cose/index.js';
import { EnrolledTerminal } from './enrolled-terminal.js';

let hall: EnrolledTerminal;
beforeEach(async () => {
  hall = await EnrolledTerminal.make();
});
afterEach(() => hall.close());

describe('sync.md 5: pull', () => {
  // The status list is made anew when indexes are allotted; where it matters it is compared by itself.
  const held = (): Record<string, unknown> => ({
    trust: hall.terminal.outbox.settings.get('trust'),
    delegations: hall.terminal.outbox.numbers.delegations(),
    blocks: hall.terminal.outbox.numbers.blocks(),
    serials: hall.terminal.outbox.keySets.serials(),
  });

  it('brings all a terminal needs off-line, and 304 the second time', async () => {
    expect(hall.terminal.trust.trustList()?.keys.length).toBeGreaterThan(2);
    expect(hall.terminal.trust.statusList()).toBeDefined();
    expect(hall.terminal.trust.delegate()).toBeDefined();
    expect(hall.terminal.outbox.numbers.blocks()).toHaveLength(1);
    expect(hall.terminal.outbox.keySets.serials()).toHaveLength(12);
    expect(hall.terminal.outbox.settings.get('code-tables')).toBeInstanceOf(Map);
    const statuses: number[] = [];
    const watching: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      statuses.push(response.status);
      return response;
    };
    const before = held();
    expect(await hall.sync({ fetch: watching })).toMatchObject({ ok: true, value: { pulled: { results: { trust: 'same' } } } });
    expect(statuses.filter((status) => status === 304).length).toBeGreaterThanOrEqual(1);
    expect(held()).toEqual(before);
  });

  /** Replaces the answer to one call on its way. */
  const replacing = (path: string, body: Uint8Array | ((original: Uint8Array) => Uint8Array)): typeof fetch => async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (url.pathname !== path) return fetch(input, init);
    const headers = new Headers(init?.headers);
    headers.delete('if-none-match');
    const response = await fetch(input, { ...init, headers });
    const original = new Uint8Array(await response.arrayBuffer());
    return new Response((typeof body === 'function' ? body(original) : body) as Uint8Array<ArrayBuffer>, { status: 200, headers: response.headers });
  };
  const flipLast = (original: Uint8Array): Uint8Array => {
    const copy = original.slice();
    copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
    return copy;
  };

  it.each([
    ['trust', 'SIGNATURE_INVALID'],
    ['status-list', 'SIGNATURE_INVALID'],
    ['key-sets', 'PLATFORM_ANSWER_INVALID'],
  ] as const)('%s with a flipped bit: %s, and the old stays in force', async (item, code) => {
    const path = `/v1/${item}`;
    await hall.sync();
    const before = { ...held(), status: hall.terminal.outbox.settings.get('status-list') };
    expect(await hall.resultOf(item, { fetch: replacing(path, flipLast) })).toBe(code);
    expect({ ...held(), status: hall.terminal.outbox.settings.get('status-list') }).toEqual(before);
    expect((await hall.sync()) as object).toMatchObject({ ok: true });
  });

  it.each(['trust', 'status-list', 'delegation', 'number-blocks', 'key-sets', 'code-tables'] as const)('%s answered with garbage is refused, and stops no other pull', async (item) => {
    const path = `/v1/${item}`;
    const before = held();
    for (const garbage of [Uint8Array.of(0xff, 1), new Uint8Array(), encodeCbor([1, 2]), encodeCbor(new Map([[1, 1]]))]) {
      expect(['PLATFORM_ANSWER_INVALID', 'PAYLOAD_INVALID', 'SIGNATURE_INVALID']).toContain(await hall.resultOf(item, { fetch: replacing(path, garbage) }));
      const other = item === 'code-tables' ? 'key-sets' : 'code-tables';
      expect(await hall.resultOf(other, { fetch: replacing(path, garbage) })).toBe('same');
    }
    expect(held()).toEqual(before);
  });

  it('a block that was not asked for, or cuts into one that is held, is refused', async () => {
    const block = hall.terminal.outbox.numbers.blocks()[0];
    const answer = (division: string, first: number, last: number): Uint8Array => encodeCbor(new Map<number, unknown>([[1, division], [2, 2026], [3, 1], [4, first], [5, last]]));
    const first = block?.first ?? 0;
    for (const body of [answer('330303', 1, 9), answer('330302', first + 1, first + 900_000), answer('330302', first, first - 1)]) {
      expect(await hall.resultOf('number-blocks', { fetch: replacing('/v1/number-blocks', body) })).toBe('PLATFORM_ANSWER_INVALID');
    }
    expect(hall.terminal.outbox.numbers.blocks()).toEqual([block]);
  });
});
