import jpeg from 'jpeg-js';
import { expect, test } from 'vitest';
import { checkPhoto, photoLimit } from '../../src/permit/index.js';

const picture = (width: number, height: number): Uint8Array =>
  new Uint8Array(jpeg.encode({ width, height, data: new Uint8Array(width * height * 4).map((_, i) => (i * 37) % 251) }, 60).data);

test('a JPEG gives its dimensions', () => expect(checkPhoto(picture(40, 56))).toEqual({ ok: true, width: 40, height: 56 }));

test('anything else is no JPEG: every cut, foreign formats, bytes after the end', () => {
  const whole = picture(24, 24);
  for (let length = 0; length < whole.length; length += 1) expect(checkPhoto(whole.subarray(0, length))).toMatchObject({ ok: false, code: 'PHOTO_NOT_JPEG' });
  expect(checkPhoto(Uint8Array.of(...whole, 0))).toMatchObject({ code: 'PHOTO_NOT_JPEG' });
  expect(checkPhoto(Uint8Array.of(0x89, 0x50, 0x4e, 0x47))).toMatchObject({ code: 'PHOTO_NOT_JPEG' });
  expect(checkPhoto(Uint8Array.of(0xff, 0xd8, 0xff, 0xd9))).toMatchObject({ code: 'PHOTO_NOT_JPEG' });
});

test('a JPEG larger than the card holds is too large', () => {
  const large = picture(358, 441);
  expect(large.length).toBeGreaterThan(photoLimit);
  expect(checkPhoto(large)).toEqual({ ok: false, code: 'PHOTO_TOO_LARGE', detail: 'photo' });
});
