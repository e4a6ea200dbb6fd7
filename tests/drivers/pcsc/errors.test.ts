import { describe, expect, it } from 'vitest';
import { translate } from '../../../drivers/pcsc/errors.js';

describe('errors of the binding', () => {
  it.each([
    ['SCardConnect error: No smart card inserted.(0x8010000c)', 'CARD_ABSENT'],
    ['SCardConnect error: Sharing violation.(0x8010000b)', 'READER_BUSY'],
    ['SCardConnect error: Unknown reader specified.(0x80100009)', 'READER_NOT_FOUND'],
    ['SCardConnect error: Card is unresponsive.(0x80100066)', 'CARD_SILENT'],
    ['SCardTransmit error: Card was removed.(0x80100069)', 'CARD_REMOVED'],
    ['SCardTransmit error: Card was reset.(0x80100068)', 'CARD_REMOVED'],
    ['SCardTransmit error: Service was stopped.(0x8010001e)', 'READER_SERVICE_DOWN'],
    ['SCardEstablishContext error: Service not available.(0x8010001d)', 'READER_SERVICE_DOWN'],
    ['SCardTransmit error: Unknown error: 0x12345678(0x12345678)', 'CARD_SILENT'],
    ['SCardTransmit error: Card was removed.(0xffffffff80100069)', 'CARD_REMOVED'],
    ['something else', 'CARD_SILENT'],
  ])('%s is %s', (message, code) => expect(translate(new Error(message)).code).toBe(code));

  it('keep the call and the number, not the foreign sentence', () => {
    expect(translate(new Error('SCardTransmit error: Transaction failed.(0x80100016)'))).toEqual({
      code: 'CARD_SILENT',
      detail: 'SCardTransmit 0x80100016',
      ambiguous: true,
    });
  });

  it('say when only a new context helps', () => {
    expect(translate(new Error('SCardTransmit error: Invalid handle.(0x80100003)'))).toMatchObject({ contextLost: true });
    expect(translate(new Error('SCardTransmit error: Card was removed.(0x80100069)')).contextLost).toBeUndefined();
  });
});
