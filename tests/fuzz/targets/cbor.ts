import { isDeepStrictEqual } from 'node:util';
import { CborError, CborTag, decodeCbor, decodeCborLenient, encodeCbor, sameBytes } from '../../../src/cose/index.js';
import { fromHex } from '../../../src/iso7816/index.js';
import { mutateCbor } from '../cbor-shape.js';
import { headersAndStructures, payloads, signedObjects } from '../signed-objects.js';
import { declared, holds, type Target } from '../target.js';

/** RFC 8949 appendix A and what stands at the edges of it: what the payloads have none of. */
const samples = [
  '1bffffffffffffffff', '3bffffffffffffffff', 'c249010000000000000000', 'f90000', 'f98000', 'f97e00', 'f97c00', 'fa47c35000', 'fb3ff199999999999a', 'fb7e37e43c8800759c', 'f8ff', 'f0', 'f7',
  '5f42010243030405ff', '7f657374726561646d696e67ff', '9f018202039f0405ffff', 'bf61610161629f0203ffff', 'd9d9f7a0', 'd818456449455446', '1b001fffffffffffff', '1b0020000000000000', '3b001fffffffffffff',
  'a201020304', 'a2616101616202', 'a1186401', 'a16001', '818181818181818181818181818181818100', '62c3bc', '63e6b0b4', '64f0908591', 'a1410001', 'a1f501', 'db001fffffffffffff00', 'dbffffffffffffffff00',
];

/** Deterministic CBOR: accepted means that it is written again byte for byte; the lenient decoder knows whatever the strict one knows. */
export const cbor: Target = {
  seeds: [...samples.map(fromHex), ...payloads, ...headersAndStructures, ...signedObjects, encodeCbor(new Map<unknown, unknown>([[1, [true, null, new CborTag(1004, '2026-01-01')]], ['é', -1n - 2n ** 63n]]))],
  mutate: mutateCbor,
  run: (input) => {
    const box = declared(() => ({ value: decodeCbor(input) }), CborError);
    const lenient = declared(() => ({ value: decodeCborLenient(input) }), CborError);
    if (box !== undefined) {
      holds(sameBytes(encodeCbor(box.value), input), 'deterministic CBOR is encoded as it was read');
      holds(lenient !== undefined && isDeepStrictEqual(lenient.value, box.value), 'the lenient decoder reads what the strict one reads');
    }
    // A value that has a deterministic encoding keeps it.
    const encoded = lenient && declared(() => encodeCbor(lenient.value), CborError);
    if (encoded === undefined) return;
    const again = declared(() => ({ value: decodeCbor(encoded) }), CborError);
    if (again !== undefined) holds(sameBytes(encodeCbor(again.value), encoded), 'an encoding is stable');
  },
};
