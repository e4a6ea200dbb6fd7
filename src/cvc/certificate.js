import { concat, encodeTlv } from '../iso7816/index.js';
import { verifyP256 } from '../node-crypto/index.js';
import { CvcError } from './errors.js';
import { checkProfileIdentifier, childrenOf, encodeChat, encodeDate, encodeReference, encodeSigned, openSigned, parseChat, parseDate, parseReference, sameBytes, valuesOf } from './fields.js';
import { idDepartments, maxDepartments, tag } from './profile.js';
import { encodePublicKey, parsePublicKey } from './public-key.js';
const bodyTags = [tag.profileIdentifier, tag.authorityReference, tag.publicKey, tag.holderReference, tag.chat, tag.effective, tag.expires];
function encodeExtensions(departments) {
    if (departments.some((department) => !Number.isInteger(department) || department < 0 || department > 0xffff))
        throw new CvcError('departments', 'not 16 bits');
    const numbers = Uint8Array.from(departments.flatMap((department) => [department >> 8, department & 0xff]));
    return encodeTlv(tag.extensions, encodeTlv(tag.extension, [encodeTlv(tag.objectIdentifier, idDepartments), encodeTlv(tag.departments, numbers)]));
}
function parseExtensions(extensions) {
    const [extension] = childrenOf(extensions, tag.extension);
    const [type, numbers] = valuesOf(extension, tag.objectIdentifier, tag.departments);
    if (!sameBytes(type, idDepartments))
        throw new CvcError('extension', 'not id-departments');
    if (numbers.length % 2 !== 0 || numbers.length > 2 * maxDepartments)
        throw new CvcError('departments', `${numbers.length} bytes`);
    return Array.from({ length: numbers.length / 2 }, (_, i) => (numbers[2 * i] ?? 0) * 256 + (numbers[2 * i + 1] ?? 0));
}
/**
 * A certificate by terminal-authentication.md 1, but for one rule: that domain parameters belong to the CVCA alone is a matter of the role, which the
 * card judges only after the signature (2, step 4).
 */
export function readCvCertificate(bytes) {
    const { bodyObject, body, signature } = openSigned(bytes);
    const extended = (bodyObject.children ?? []).length > bodyTags.length;
    const objects = childrenOf(bodyObject, ...bodyTags, ...(extended ? [tag.extensions] : []));
    const [profile, authority, publicKey, holder, chat, from, until, extensions] = objects;
    checkProfileIdentifier(profile.value);
    const authorityReference = parseReference(authority.value);
    const { point, domainParameters } = parsePublicKey(publicKey);
    const holderReference = parseReference(holder.value);
    const { role, rights } = parseChat(chat);
    const [effective, expires] = [parseDate(from.value), parseDate(until.value)];
    if (expires < effective)
        throw new CvcError('validity', 'expires before it is effective');
    if (extensions !== undefined && role !== 'terminal')
        throw new CvcError('extension', 'not a terminal');
    const departments = extensions === undefined ? [] : parseExtensions(extensions);
    const certificate = { authorityReference, holderReference, publicKey: point, role, rights, departments, effective, expires, encoded: bytes.slice(), body, signature };
    return { certificate, domainParametersFitRole: domainParameters === (role === 'cvca') };
}
/** Parses a certificate, its signature unverified. Throws {@link CvcError} with the reason. */
export function parseCvCertificate(bytes) {
    const { certificate, domainParametersFitRole } = readCvCertificate(bytes);
    if (!domainParametersFitRole)
        throw new CvcError('domain-parameters', `not as a ${certificate.role} has them`);
    return certificate;
}
/** The 7F21 of a body; `sign` gets the encoded 7F4E and gives r ‖ s. Throws {@link CvcError} for a body that is none: the result is parsed again. */
export function encodeCvCertificate(body, sign) {
    const encodedBody = encodeTlv(tag.body, [
        encodeTlv(tag.profileIdentifier, Uint8Array.of(0)),
        encodeTlv(tag.authorityReference, encodeReference(body.authorityReference)),
        encodePublicKey(body.publicKey, body.role === 'cvca'),
        encodeTlv(tag.holderReference, encodeReference(body.holderReference)),
        encodeChat(body.role, body.rights),
        encodeTlv(tag.effective, encodeDate(body.effective)),
        encodeTlv(tag.expires, encodeDate(body.expires)),
        ...(body.departments.length === 0 ? [] : [encodeExtensions(body.departments)]),
    ]);
    // Before the key is used: nothing gets a signature that nobody would read.
    parseCvCertificate(encodeSigned(encodedBody, new Uint8Array(64)));
    const encoded = encodeSigned(encodedBody, sign(encodedBody));
    parseCvCertificate(encoded);
    return encoded;
}
/** Whether the key signed the certificate's body. */
export const verifyCvCertificate = (certificate, issuerPublicKey) => verifyP256(issuerPublicKey, certificate.body, certificate.signature);
/** Data of PSO:VERIFY CERTIFICATE: what the 7F21 holds, body ‖ 5F37 (terminal-authentication.md 3). */
export const asPsoData = (certificate) => concat(certificate.body, encodeTlv(tag.signature, certificate.signature));
//# sourceMappingURL=certificate.js.map