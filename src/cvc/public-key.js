import { encodeTlv } from '../iso7816/index.js';
import { isP256Point } from '../node-crypto/index.js';
import { CvcError } from './errors.js';
import { sameBytes, valuesOf } from './fields.js';
import { domainBeforePoint, domainBehindPoint, idTerminalAuthentication, tag } from './profile.js';
const tagsOf = (parameters) => parameters.map(([parameter]) => parameter);
const allTags = [...tagsOf(domainBeforePoint), tag.point, ...tagsOf(domainBehindPoint)];
/** 7F49 of a point, with or without the domain parameters of P-256. */
export function encodePublicKey(point, withDomainParameters) {
    const parameters = (list) => (withDomainParameters ? list.map(([parameter, value]) => encodeTlv(parameter, value)) : []);
    return encodeTlv(tag.publicKey, [
        encodeTlv(tag.objectIdentifier, idTerminalAuthentication),
        ...parameters(domainBeforePoint),
        encodeTlv(tag.point, point),
        ...parameters(domainBehindPoint),
    ]);
}
/** The point of a 7F49, on the curve, and whether the domain parameters stand there too: all of P-256's or none. */
export function parsePublicKey(publicKey) {
    const domainParameters = (publicKey.children ?? []).length > 2;
    const [algorithm, ...values] = valuesOf(publicKey, tag.objectIdentifier, ...(domainParameters ? allTags : [tag.point]));
    if (!sameBytes(algorithm, idTerminalAuthentication))
        throw new CvcError('algorithm', 'not id-TA-ECDSA-SHA-256');
    if (domainParameters) {
        const found = [...values.slice(0, domainBeforePoint.length), ...values.slice(domainBeforePoint.length + 1)];
        const expected = [...domainBeforePoint, ...domainBehindPoint];
        if (!expected.every(([, value], i) => sameBytes(value, found[i] ?? new Uint8Array(0))))
            throw new CvcError('domain-parameters', 'not those of P-256');
    }
    const point = values[domainParameters ? domainBeforePoint.length : 0] ?? new Uint8Array(0);
    if (!isP256Point(point))
        throw new CvcError('point', 'not on the curve');
    return { point, domainParameters };
}
//# sourceMappingURL=public-key.js.map