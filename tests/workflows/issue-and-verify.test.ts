import { describe, expect, it } from 'vitest';
import { capturedRecord } from '../../src/contract/index.js';
import { issuePermit, readPermit, verifyPermit } from '../../src/workflows/index.js';
import { applicant, counter, jpegOf } from './fixtures.js';

const photo = jpegOf(10_240);

describe('the main job', () => {
  it.each([
    ['extended', true, 20],
    ['short', false, 75],
  ])('issues, verifies and reads by %s APDUs', async (name, extended, mostApdus) => {
    const { terminal, reader } = counter();
    reader.extendedLength = extended;
    const issued = await issuePermit(terminal.context(reader.insert()), applicant(), photo);
    expect(issued.ok ? 'issued' : issued).toBe('issued');
    expect(issued).toMatchObject({ ok: true, value: { statusIndex: 1001, resumed: false, seq: 1 } });
    if (!issued.ok) return;
    const { personalisation, total } = issued.value.traffic;
    expect(personalisation.apdus).toBeLessThanOrEqual(mostApdus);
    expect(issued.value.permitNumber).toMatch(/^33030220261000001\d$/);
    expect([terminal.journal.size, terminal.keySets.size]).toEqual([0, 0]);
    expect(terminal.records.map((record) => capturedRecord.safeParse(record).success)).toEqual([true]);
    expect([...new Set(terminal.steps.map(({ step }) => step))]).toEqual(['check', 'open', 'authenticate', 'prepare', 'write', 'activate', 'read-back', 'rights', 'register']);

    const verified = await verifyPermit(terminal.context(reader.insert()));
    expect(verified).toMatchObject({ ok: true, value: { verdict: { result: 'valid', answer: 'valid', permitNumber: issued.value.permitNumber }, seq: 2 } });
    if (!verified.ok) return;
    const { apdus, bytes } = verified.value.traffic;
    if (extended) expect([apdus <= 5, bytes <= 1600]).toEqual([true, true]);
    const read = await readPermit(terminal.context(reader.insert()));
    expect(read).toMatchObject({ ok: true, value: { verdict: { result: 'valid' }, contents: { holder: { name: applicant().name }, residence: { counter: 1 } } } });
    if (!read.ok) return;
    expect(read.value.contents?.photo).toEqual(photo);
    if (extended) expect(read.value.traffic.apdus).toBeLessThanOrEqual(16);
    process.stdout.write(
      `${name}: personalisation ${personalisation.apdus} APDUs ${personalisation.bytes} bytes, with reading back ${total.apdus} and ${total.bytes}; ` +
        `verify ${apdus} APDUs ${bytes} bytes; read ${read.value.traffic.apdus} APDUs ${read.value.traffic.bytes} bytes\n`,
    );
  });
});
