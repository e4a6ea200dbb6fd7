import { describe, expect, it } from 'vitest';
import { putObject } from '../../src/card/index.js';
import { done } from '../../src/contract/index.js';
import type { Verdict } from '../../src/permit/index.js';
import { readPermit, writeService } from '../../src/workflows/index.js';
import { withRights } from '../../src/workflows/with-rights.js';
import { applicant, counter, jpegOf } from './fixtures.js';
import { at, contextOf, instructions } from './held-card.js';
import { issuedCard, issuedOn, service, type IssuedCard } from './issued-card.js';
import { issuePermit } from '../../src/workflows/index.js';

/** An officer's contact: what was told when, and after how many APDUs. */
const inspect = async (card: IssuedCard) => {
  const told: { readonly verdict: Verdict; readonly apdus: number }[] = [];
  const ctx = at(card, 'police', 'inspect');
  const read = await readPermit({ ...ctx, by: 'p1', operation: { purpose: 'control', place: '某路口' } }, undefined, (verdict) => told.push({ verdict, apdus: card.reader.log.length }));
  return { told, read, apdus: card.reader.log.length };
};

/** Cards with the largest photo. */
const largest = async (): Promise<IssuedCard> => {
  const { terminal, reader } = counter();
  const issued = await issuePermit(terminal.context(reader.insert()), applicant(), jpegOf(10_240), { issued: issuedOn.early });
  if (!issued.ok) throw new Error(issued.code);
  terminal.records.length = 0;
  return { terminal, reader, value: issued.value };
};

describe('access.md 7: the verdict before the contents', () => {
  it('is told after the five APDUs of a verdict, the contents behind it, one record with who, why and where', async () => {
    const card = await largest();
    const { told, read, apdus } = await inspect(card);
    expect(told.map((each) => [each.verdict.result, each.apdus])).toEqual([['valid', 5]]);
    expect(read).toMatchObject({ ok: true, value: { verdict: told[0]?.verdict, contents: { holder: { name: applicant().name } }, traffic: { apdus: 16 } } });
    expect(apdus).toBe(16);
    expect(card.terminal.records).toMatchObject([{ type: 'verification', result: 'valid', mode: 'police', access: 'inspect', by: 'p1', purpose: 'control', place: '某路口' }]);
    expect(card.terminal.records).toHaveLength(1);
  });

  it.each([[1, 16], [3, 16], [4, 17], [12, 18]])('with %s slots of Services a contact takes %s APDUs', async (slots, most) => {
    const card = await largest();
    for (let department = 1; department <= slots; department += 1) expect(await writeService(contextOf(card), { ...service, department })).toMatchObject({ ok: true });
    const { read, apdus } = await inspect(card);
    expect(apdus).toBeLessThanOrEqual(most);
    expect(read.ok && read.value.contents?.services).toHaveLength(slots);
  });

  it.each(['residence', 'services'] as const)('a %s that nobody genuine signed turns a green verdict into forged, in record and answer', async (file) => {
    const card = await issuedCard(issuedOn.early);
    const target = file === 'services' ? { file, department: 7 } : { file };
    const write = file === 'services' ? at(card, 'counter', 'service') : at(card, 'counter', 'endorse');
    const opening = file === 'services' ? ({ right: 'service', purpose: 'service' } as const) : ({ right: 'endorse', purpose: 'residence' } as const);
    const written = await withRights(write, opening, async ({ session }) => {
      await putObject(session, target, file === 'services' ? 1 : 2, Uint8Array.of(0xd2, 0x84, 0x41, 0xa0));
      return done(undefined);
    });
    expect(written).toMatchObject({ ok: true });
    const { told, read } = await inspect(card);
    expect(told.map(({ verdict }) => verdict.result)).toEqual(['valid']);
    expect(read).toMatchObject({ ok: true, value: { verdict: { result: 'forged' } } });
    expect(card.terminal.records.at(-1)).toMatchObject({ result: 'forged', access: 'inspect' });
  });

  it('is not told of a card that does not prove itself, nor where the terminal may open nothing: there the verdict is the answer', async () => {
    const clone = await issuedCard(issuedOn.early);
    clone.reader.card.faults = { clone: 'other-key' };
    const copied = await inspect(clone);
    expect([copied.told, copied.read.ok && copied.read.value.verdict.result]).toEqual([[], 'cloned']);
    const card = await issuedCard(issuedOn.early);
    card.terminal.access.missing = true;
    const ctx = contextOf(card);
    const told: Verdict[] = [];
    expect(await readPermit({ ...ctx, mode: 'police' }, undefined, (verdict) => told.push(verdict))).toMatchObject({ ok: true, value: { verdict: { result: 'valid' }, closed: { code: 'ACCESS_CERTIFICATE_MISSING' } } });
    expect([told, instructions(card)]).toEqual([[], [0xa4, 0xcb, 0x22, 0x86, 0xcb]]);
  });
});
