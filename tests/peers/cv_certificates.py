"""Card-verifiable certificates of terminal-authentication.md 1 and 2, read and judged without any code of the product; for verify_vectors.py.

Written from the specification alone: own TLV, own arithmetic of the curve, signatures verified by python3-cryptography and made again by RFC 6979.
"""
import datetime, hashlib, hmac
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

ALGORITHM, TERMINAL_TYPE, DEPARTMENTS = (bytes.fromhex(x) for x in ("04007f00070202020203", "04007f000703010202", "6981b890afbecbbfba93ab979ffe9482e58fea6902"))
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = bytes.fromhex("046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")
PARAMETERS = [(0x81, P.to_bytes(32, "big")), (0x82, (P - 3).to_bytes(32, "big")), (0x83, B.to_bytes(32, "big")), (0x84, G), (0x85, N.to_bytes(32, "big")), (0x87, b"\1")]
RIGHTS = {"inspect": 4, "kiosk": 26, "endorse": 35, "service": 33, "manage": 5}
ROLES = {3: "cvca", 2: "dv-domestic", 1: "dv-foreign", 0: "terminal"}
SIGNS = {"cvca": ("cvca", "dv-domestic", "dv-foreign"), "dv-domestic": ("terminal",), "dv-foreign": ("terminal",), "terminal": ()}
CONSTRUCTED = (0x7F21, 0x7F4E, 0x7F49, 0x7F4C, 0x65, 0x73)


class Bad(Exception):
    pass


def objects(data):
    """Tag and value of each data object; DER lengths only."""
    found, at = [], 0
    while at < len(data):
        size = 2 if data[at] & 31 == 31 else 1
        tag, at = int.from_bytes(data[at : at + size], "big"), at + size
        if tag == 0 or at >= len(data):
            raise Bad("der")
        length, at = data[at], at + 1
        if length >= 0x80:
            count = length & 0x7F
            length = int.from_bytes(data[at : at + count], "big")
            if count not in (1, 2) or at + count > len(data) or length < (0x80 if count == 1 else 0x100):
                raise Bad("der")
            at += count
        if at + length > len(data):
            raise Bad("der")
        value, at = data[at : at + length], at + length
        if tag in CONSTRUCTED:
            objects(value)
        found.append((tag, value))
    return found


def tlv(tag, value):
    n = len(value)
    length = bytes([n]) if n < 0x80 else b"\x81" + bytes([n]) if n < 0x100 else b"\x82" + n.to_bytes(2, "big")
    return tag.to_bytes(2 if tag > 255 else 1, "big") + length + value


def exactly(data, *tags):
    found = objects(data)
    if [tag for tag, _ in found] != list(tags):
        raise Bad("structure")
    return [value for _, value in found]


def open_signed(data):
    if len(data) > 1024:
        raise Bad("length")
    (whole,) = exactly(data, 0x7F21)
    body, signature = exactly(whole, 0x7F4E, 0x5F37)
    if len(signature) != 64:
        raise Bad("signature")
    return body, signature


def reference(value):
    text = value.decode("latin-1")
    printable = all(" " <= c <= "~" or c >= "\xa0" for c in text)
    if not (8 <= len(text) <= 16 and text.startswith("CN") and printable and text[-5:].isascii() and text[-5:].isalnum()):
        raise Bad("reference")
    return text


def public_key(value):
    """The point, and whether the domain parameters are there."""
    full = len(objects(value)) > 2
    names = sorted([tag for tag, _ in PARAMETERS] + [0x86]) if full else [0x86]
    algorithm, *values = exactly(value, 6, *names)
    if algorithm != ALGORITHM:
        raise Bad("algorithm")
    by = dict(zip(names, values))
    if full and any(by[tag] != expected for tag, expected in PARAMETERS):
        raise Bad("domain-parameters")
    point = by[0x86]
    x, y = int.from_bytes(point[1:33], "big"), int.from_bytes(point[33:], "big")
    if len(point) != 65 or point[0] != 4 or x >= P or y >= P or (y * y - x * x * x + 3 * x - B) % P:
        raise Bad("point")
    return point, full


def day(value):
    if len(value) != 6 or max(value) > 9:
        raise Bad("date")
    digits = "".join(map(str, value))
    try:
        return datetime.date(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:])).isoformat()
    except ValueError:
        raise Bad("date")


def read(data):
    """A certificate as a dictionary; `fits` says whether domain parameters stand where the role wants them."""
    body, signature = open_signed(data)
    tags = [0x5F29, 0x42, 0x7F49, 0x5F20, 0x7F4C, 0x5F25, 0x5F24]
    extended = len(objects(body)) > len(tags)
    values = exactly(body, *tags, *([0x65] if extended else []))
    if values[0] != b"\0":
        raise Bad("profile-identifier")
    car, (point, full), chr_ = reference(values[1]), public_key(values[2]), reference(values[3])
    kind, bits = exactly(values[4], 6, 0x53)
    if kind != TERMINAL_TYPE:
        raise Bad("terminal-type")
    if len(bits) != 5:
        raise Bad("authorization")
    bits = int.from_bytes(bits, "big")
    role, rights = ROLES[bits >> 38], [name for name, bit in RIGHTS.items() if bits >> bit & 1]
    effective, expires = day(values[5]), day(values[6])
    if expires < effective:
        raise Bad("validity")
    departments = []
    if extended:
        if role != "terminal":
            raise Bad("extension")
        (extension,) = exactly(values[7], 0x73)
        kind, numbers = exactly(extension, 6, 0x80)
        if kind != DEPARTMENTS:
            raise Bad("extension")
        if len(numbers) % 2 or len(numbers) > 32:
            raise Bad("departments")
        departments = [int.from_bytes(numbers[i : i + 2], "big") for i in range(0, len(numbers), 2)]
    return dict(authorityReference=car, holderReference=chr_, point=point.hex(), role=role, rights=rights, departments=departments, effective=effective,
                expires=expires, body=tlv(0x7F4E, body), signature=signature, fits=full == (role == "cvca"))


def read_strictly(data):
    certificate = read(data)
    if not certificate["fits"]:
        raise Bad("domain-parameters")
    return certificate


def verifies(point, message, signature):
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes.fromhex(point))
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    try:
        key.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
        return True
    except InvalidSignature:
        return False


def read_request(data):
    body, signature = open_signed(data)
    profile, key, holder = exactly(body, 0x5F29, 0x7F49, 0x5F20)
    if profile != b"\0":
        raise Bad("profile-identifier")
    point, full = public_key(key)
    if not full:
        raise Bad("domain-parameters")
    holder = reference(holder)
    if not verifies(point.hex(), tlv(0x7F4E, body), signature):
        raise Bad("signature")
    return holder, point.hex()


def follow(trust_point, chain, today):
    """Section 2: (None, last, rights) or (reason, index, None)."""
    signer = trust_point
    rights = trust_point["rights"]
    for at, data in enumerate(chain):
        try:
            c = read(data)
        except Bad:
            return "malformed", at, None
        if c["authorityReference"] != signer["holderReference"]:
            return "signer-unknown", at, None
        if not verifies(signer["point"], c["body"], c["signature"]):
            return "signature", at, None
        if not c["fits"] or c["role"] not in SIGNS[signer["role"]]:
            return "role", at, None
        if signer["expires"] < today or c["expires"] < today or not signer["effective"] <= c["effective"] <= signer["expires"]:
            return "dates", at, None
        rights = [right for right in rights if right in c["rights"]]
        if c["role"] != "cvca" or c["holderReference"] != signer["holderReference"]:
            signer = c
    return None, signer, rights


def multiple(scalar):
    numbers = ec.derive_private_key(scalar, ec.SECP256R1()).public_key().public_numbers()
    return numbers.x, numbers.y


def sign(private_key, message):
    """RFC 6979 3.2, SHA-256."""
    digest = hashlib.sha256(message).digest()
    d, e = int.from_bytes(private_key, "big"), int.from_bytes(digest, "big")
    k, v = bytes(32), b"\1" * 32
    mac = lambda key, data: hmac.new(key, data, "sha256").digest()
    for step in (b"\0", b"\1"):
        k = mac(k, v + step + private_key + (e % N).to_bytes(32, "big"))
        v = mac(k, v)
    v = mac(k, v)
    nonce = int.from_bytes(v, "big")
    assert 0 < nonce < N
    r = multiple(nonce)[0] % N
    return r.to_bytes(32, "big") + (pow(nonce, -1, N) * (e + r * d) % N).to_bytes(32, "big")


def reason_of(reader, data):
    try:
        reader(data)
        return "accepted"
    except Bad as bad:
        return str(bad)


STATUS = {"malformed": "6a80", "signer-unknown": "6a88", "signature": "6300", "role": "6982", "dates": "6985"}


def check(v, same):
    """Compares every value of cv-certificates.json; returns how many flipped bits were refused, and which were not."""
    h = bytes.fromhex
    flips, accepted = 0, []
    for name, key in v["keys"].items():
        x, y = multiple(int(key["privateKey"], 16))
        same(f"{name}: public key", "04%064x%064x" % (x, y), key["publicKey"])
    for c in v["certificates"]:
        name, data = c["name"], h(c["certificate"])
        parsed = read_strictly(data)
        for field in ("authorityReference", "holderReference", "point", "role", "rights", "departments", "effective", "expires", "body", "signature"):
            same(f"{name}: {field}", parsed[field], c[field])
        same(f"{name}: point is its key's", c["point"], v["keys"][name]["publicKey"])
        same(f"{name}: digest", hashlib.sha256(parsed["body"]).hexdigest(), c["digest"])
        same(f"{name}: signature by RFC 6979", sign(h(v["keys"][c["signer"]]["privateKey"]), parsed["body"]), c["signature"])
        contents = [x for _, x in objects(objects(parsed["body"])[0][1])]
        same(f"{name}: public key object", tlv(0x7F49, contents[2]), c["publicKeyObject"])
        same(f"{name}: CHAT", tlv(0x7F4C, contents[4]), c["chat"])
        same(f"{name}: extensions", tlv(0x65, contents[7]) if len(contents) > 7 else None, c.get("extensions"))
        same(f"{name}: what PSO carries", parsed["body"] + tlv(0x5F37, parsed["signature"]), c["psoData"])
        same(f"{name}: whole", tlv(0x7F21, h(c["psoData"])), c["certificate"])
        issuer = v["keys"][c["signer"]]["publicKey"]
        for bit in range(len(data) * 8):
            flipped = bytearray(data)
            flipped[bit >> 3] ^= 1 << (bit & 7)
            try:
                got = read_strictly(bytes(flipped))
                if verifies(issuer, got["body"], got["signature"]):
                    accepted.append(f"{name}: bit {bit}")
            except Bad:
                pass
            flips += 1
    request = v["request"]
    same("request", read_request(h(request["object"])), (request["holderReference"], request["point"]))
    for reader, kind in ((read_strictly, "refusedCertificates"), (read_request, "refusedRequests")):
        for r in v[kind]:
            same(f"{kind}: {r['name']}", reason_of(reader, h(r["object"])), r["reason"])
    for c in v["chains"]:
        reason, last, rights = follow(read_strictly(h(c["trustPoint"])), [h(x) for x in c["chain"]], c["today"])
        same(f"chain: {c['name']}", (reason, reason or last["holderReference"], rights, reason or last["departments"]), (None, c["last"], c["rights"], c["departments"]))
    for c in v["refusedChains"]:
        reason, at, _ = follow(read_strictly(h(c["trustPoint"])), [h(x) for x in c["chain"]], c["today"])
        same(f"refused chain: {c['name']}", (reason, at, STATUS[reason] if reason else None), (c["reason"], c["at"], c["status"]))
    return flips, accepted
