import { describe, expect, it } from 'vitest';
import { CardError, parseChipStatus, statusLimit } from '../../src/card/index.js';
import { fromHex } from '../../src/iso7816/index.js';

const counters = '900400000001 910400000000 920400000102';
const slot = (department: string, counter = '00000001'): string => department + counter;
const twelve = Array.from({ length: 12 }, (_, i) => slot((i + 1).toString(16).padStart(4, '0'))).join('');

describe('parseChipStatus (permit-application.md 6)', () => {
  it('reads counters, date, slots in the order of the file, and PIN', () => {
    expect(parseChipStatus(fromHex(`${counters} 9303261124 940C ${slot('0007', 'FFFFFFFF')} ${slot('FFFE')} 950102`))).toEqual({
      counters: { residence: 1, endorsements: 0, services: 258 },
      cardDate: '2026-11-24',
      slots: new Map([[7, 0xffff_ffff], [0xfffe, 1]]),
      pin: 2,
    });
  });

  it('holds twelve slots at most, and then is as long as its limit', () => {
    const full = fromHex(`${counters} 9303261124 9448 ${twelve} 950100`);
    expect(parseChipStatus(full).slots.size).toBe(12);
    expect(full.length).toBe(statusLimit);
    expect(() => parseChipStatus(fromHex(`${counters} 9303261124 944E ${twelve}${slot('00FF')} 950100`))).toThrow(CardError);
  });

  it.each([
    ['00', 0],
    ['03', 3],
    ['FF', 'unset'],
  ])('PIN %s', (byte, pin) => {
    expect(parseChipStatus(fromHex(`${counters} 9303261124 9400 9501${byte}`)).pin).toBe(pin);
  });

  it.each([
    ['nothing', ''],
    ['no PIN', `${counters} 9303261124 9400`],
    ['no slots', `${counters} 9303261124 9501FF`],
    ['another order', `${counters} 9303261124 9501FF 9400`],
    ['a field too many', `${counters} 9303261124 9400 9501FF 9600`],
    ['a counter of three bytes', `9003000001 910400000000 920400000102 9303261124 9400 9501FF`],
    ['a day that does not exist', `${counters} 9303260229 9400 9501FF`],
    ['a date that is not BCD', `${counters} 930326112A 9400 9501FF`],
    ['a date of four bytes', `${counters} 930420261124 9400 9501FF`],
    ['half a slot', `${counters} 9303261124 9405 0007000000 9501FF`],
    ['department 0', `${counters} 9303261124 9406 ${slot('0000')} 9501FF`],
    ['every department', `${counters} 9303261124 9406 ${slot('FFFF')} 9501FF`],
    ['a department twice', `${counters} 9303261124 940C ${slot('0007')}${slot('0007')} 9501FF`],
    ['departments that fall', `${counters} 9303261124 940C ${slot('0009')}${slot('0007')} 9501FF`],
    ['four tries', `${counters} 9303261124 9400 950104`],
    ['tries in two bytes', `${counters} 9303261124 9400 95020003`],
    ['a length that is not minimal', `${counters} 9303261124 9400 958101FF`],
    ['padding', `${counters} 9303261124 9400 9501FF 00`],
  ])('takes no status: %s', (_, bytes) => {
    expect(() => parseChipStatus(fromHex(bytes))).toThrow(expect.objectContaining({ code: 'CARD_ANSWER_INVALID' }));
  });
});
