/**
 * Frames between the service and the reader process: length (4 bytes, of what follows), call id (4), kind (1), payload; all big-endian.
 * Binary, since a response of 4 KB on every command would otherwise be written and parsed as text twice.
 */
export const kinds = { readers: 1, connect: 2, transmit: 3, disconnect: 4, exit: 5, follow: 6, done: 10, refused: 11, changed: 12, retired: 13 } as const;
export type Kind = (typeof kinds)[keyof typeof kinds];

export interface Frame {
  /** 0: an event that answers no call */
  readonly id: number;
  readonly kind: number;
  readonly payload: Uint8Array;
}

const header = 9;
/** The longest response APDU (65,538) and room for a list of many readers. */
const longest = 1 << 18;

export const encodeFrame = (id: number, kind: Kind, payload: Uint8Array = new Uint8Array()): Uint8Array => {
  const frame = new Uint8Array(header + payload.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, header - 4 + payload.length);
  view.setUint32(4, id);
  view.setUint8(8, kind);
  frame.set(payload, header);
  return frame;
};

/** Joins chunks to frames. Throws a RangeError on a length that cannot be one: the other end is broken and must go. */
export class FrameReader {
  #rest: Uint8Array = new Uint8Array();

  push(chunk: Uint8Array): Frame[] {
    // A plain view: slice() of a Buffer would hand out shared memory.
    let bytes: Uint8Array = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (this.#rest.length > 0) {
      bytes = new Uint8Array(this.#rest.length + chunk.length);
      bytes.set(this.#rest);
      bytes.set(chunk, this.#rest.length);
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const frames: Frame[] = [];
    let at = 0;
    while (bytes.length - at >= 4) {
      const length = view.getUint32(at);
      if (length < header - 4 || length > longest) throw new RangeError(`frame of ${length} bytes`);
      if (bytes.length - at < 4 + length) break;
      frames.push({ id: view.getUint32(at + 4), kind: view.getUint8(at + 8), payload: bytes.slice(at + header, at + 4 + length) });
      at += 4 + length;
    }
    this.#rest = bytes.slice(at);
    return frames;
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
export const encodeJson = (value: object): Uint8Array => encoder.encode(JSON.stringify(value));
/** Only for payloads of our own other end. */
export const decodeJson = (payload: Uint8Array): unknown => JSON.parse(decoder.decode(payload));

/** Handle (4 bytes) followed by bytes: the payload of transmit and disconnect. */
export const withHandle = (handle: number, rest: Uint8Array): Uint8Array => {
  const payload = new Uint8Array(4 + rest.length);
  new DataView(payload.buffer).setUint32(0, handle);
  payload.set(rest, 4);
  return payload;
};
export const splitHandle = (payload: Uint8Array): { handle: number; rest: Uint8Array } => ({
  handle: new DataView(payload.buffer, payload.byteOffset).getUint32(0),
  rest: payload.subarray(4),
});
