import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameReader, kinds, splitHandle, withHandle } from '../../../drivers/pcsc/frames.js';

describe('frames', () => {
  it('arrive whole and in order, however the pipe cuts them', () => {
    const frame = fc.record({ id: fc.integer({ min: 0, max: 0xffff_ffff }), payload: fc.uint8Array({ maxLength: 300 }) });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 8 }), fc.array(fc.nat(2_000), { maxLength: 20 }), (frames, cuts) => {
        const bytes = Buffer.concat(frames.map(({ id, payload }) => encodeFrame(id, kinds.done, payload)));
        const edges = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const reader = new FrameReader();
        const got = edges.slice(1).flatMap((edge, index) => reader.push(bytes.subarray(edges[index], edge)));
        expect(got).toEqual(frames.map(({ id, payload }) => ({ id, kind: kinds.done, payload: new Uint8Array(payload) })));
      }),
    );
  });

  it('own their payload: a buffer of the pipe may be used again', () => {
    const chunk = Buffer.from(encodeFrame(1, kinds.done, Uint8Array.of(7)));
    const [frame] = new FrameReader().push(chunk);
    chunk.fill(0);
    expect(frame?.payload).toEqual(Uint8Array.of(7));
  });

  it.each([[0], [4], [1 << 19], [0xffff_ffff]])('refuse a length of %i', (length) => {
    const header = new Uint8Array(4);
    new DataView(header.buffer).setUint32(0, length);
    expect(() => new FrameReader().push(header)).toThrow(RangeError);
  });

  it('carry a handle before the bytes', () => {
    expect(splitHandle(withHandle(0xdead_beef, Uint8Array.of(1, 2)))).toEqual({ handle: 0xdead_beef, rest: Uint8Array.of(1, 2) });
  });
});
