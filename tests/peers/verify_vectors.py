#!/usr/bin/python3
"""Recomputes every value of firmware-specs/vectors without any code of the product, and flips every bit of every signed object.

Only the standard library, python3-cbor2 and python3-cryptography. Usage: verify_vectors.py FOLDER. Prints `N checked, N flips refused`; exits 1 on any disagreement.
"""
import hashlib, io, json, struct, sys, zlib
import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

sys.dont_write_bytecode = True
import access_vectors
import cv_certificates
from card_channel import Channel, apdu, cbc, ecb, mac, pad, tlv

folder = sys.argv[1]
checked = flips = 0
failures = []


def load(name):
    with open(f"{folder}/{name}.json", encoding="utf-8") as file:
        return json.load(file)


def same(name, got, expected):
    global checked
    checked += 1
    if isinstance(got, (bytes, bytearray)):
        got = bytes(got).hex()
    if got != expected:
        failures.append(f"{name}: got {str(got)[:80]}, the file says {str(expected)[:80]}")


def h(text):
    return bytes.fromhex(text)


# ---- deterministic CBOR (RFC 8949 4.2.1), own decoder and encoder -------------------------------------------------------------------------------
class Refused(Exception):
    pass


class Tag:
    def __init__(self, number, value):
        self.number, self.value = number, value


def head(major, n):
    if n < 24:
        return bytes([major << 5 | n])
    for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if n < 1 << 8 * size:
            return bytes([major << 5 | info]) + n.to_bytes(size, "big")
    raise Refused("too large")


def enc(v):
    if v is True or v is False or v is None:
        return {False: b"\xf4", True: b"\xf5", None: b"\xf6"}[v]
    if isinstance(v, int):
        return head(0, v) if v >= 0 else head(1, -1 - v)
    if isinstance(v, bytes):
        return head(2, len(v)) + v
    if isinstance(v, str):
        raw = v.encode()
        return head(3, len(raw)) + raw
    if isinstance(v, (list, tuple)):
        return head(4, len(v)) + b"".join(enc(x) for x in v)
    if isinstance(v, dict):
        return head(5, len(v)) + b"".join(k + x for k, x in sorted((enc(k), enc(x)) for k, x in v.items()))
    if isinstance(v, Tag):
        return head(6, v.number) + enc(v.value)
    raise Refused("type")


def item(data, at, depth):
    if depth > 17 or at >= len(data):
        raise Refused("short or deep")
    major, info = data[at] >> 5, data[at] & 31
    at += 1
    if major == 7:
        if info not in (20, 21, 22):
            raise Refused("simple or float")
        return {20: False, 21: True, 22: None}[info], at
    n = info
    if info > 27:
        raise Refused("indefinite or reserved")
    if info >= 24:
        size = 1 << info - 24
        if at + size > len(data):
            raise Refused("short")
        n = int.from_bytes(data[at : at + size], "big")
        at += size
        if head(major, n) != data[at - size - 1 : at]:
            raise Refused("not the shortest form")
    if major == 0:
        return n, at
    if major == 1:
        return -1 - n, at
    if major in (2, 3):
        if at + n > len(data):
            raise Refused("short")
        raw = data[at : at + n]
        try:
            return (raw if major == 2 else raw.decode("utf-8")), at + n
        except UnicodeDecodeError:
            raise Refused("UTF-8")
    if major == 6:
        value, at = item(data, at, depth + 1)
        return Tag(n, value), at
    if n > len(data):
        raise Refused("short")
    if major == 4:
        values = []
        for _ in range(n):
            value, at = item(data, at, depth + 1)
            values.append(value)
        return values, at
    result, last = {}, b""
    for _ in range(n):
        start = at
        key, at = item(data, at, depth + 1)
        if isinstance(key, bool) or not isinstance(key, (int, str)) or data[start:at] <= last:
            raise Refused("map key")
        last = data[start:at]
        result[key], at = item(data, at, depth + 1)
    return result, at


def dec(data):
    value, at = item(data, 0, 0)
    if at != len(data):
        raise Refused("trailing bytes")
    return value


# ---- Ed25519 and COSE_Sign1 -----------------------------------------------------------------------------------------------------------------------
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
ORDER8 = int.from_bytes(h("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little")


def acceptable(point):
    y = int.from_bytes(point, "little") & (1 << 255) - 1
    return len(point) == 32 and y < P and y not in (0, 1, P - 1, ORDER8, P - ORDER8)


def verify(key, message, signature):
    if len(signature) != 64 or not acceptable(key) or not acceptable(signature[:32]) or int.from_bytes(signature[32:], "little") >= L:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        return True
    except (InvalidSignature, ValueError):
        return False


def public(seed):
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def okp(key):
    return {1: 1, -1: 6, -2: key}


def kid_of(key):
    return hashlib.sha256(enc(okp(key))).digest()[:8]


def sig_structure(protected, payload):
    return enc(["Signature1", protected, b"", payload])


def sign1(data, tagged):
    value = dec(data)
    if tagged:
        if not isinstance(value, Tag) or value.number != 18:
            raise Refused("tag")
        value = value.value
    if not isinstance(value, list) or len(value) != 4:
        raise Refused("not four")
    protected, unprotected, payload, signature = value
    if not (isinstance(protected, bytes) and isinstance(unprotected, dict) and isinstance(payload, bytes) and isinstance(signature, bytes) and len(signature) == 64):
        raise Refused("types")
    header = dec(protected)
    if not isinstance(header, dict) or not set(header) <= {1, 4, 16} or header.get(1) not in (-19, -8) or not isinstance(header.get(16), str):
        raise Refused("protected header")
    if not isinstance(header.get(4, b""), bytes) or not set(unprotected) <= {13} or not isinstance(unprotected.get(13, []), list):
        raise Refused("headers")
    return {"header": header, "kcwt": unprotected.get(13), "protected": protected, "payload": payload, "signature": signature}


CLOSED = {  # required and optional labels of the payloads (payload.cddl)
    "wz-sod": ({1, 2, 3, 4, 5, 6, 7, 8, 65535}, set()),
    "wz-res": ({1, 2, 3, 4, 5, 6, 9}, {7, 8}),
    "wz-end": ({1, 2, 3, 4, 5, 6, 7}, {8}),
    "wz-srv": ({1, 2, 3, 4, 5, 6, 7, 8}, set()),
    "wz-del": ({2, 4, 5, 7, 8, -70001}, set()),
    "wz-trust": ({1, 2, 3, 4, 5}, {6}),
    "application/statuslist+cwt": ({2, 4, 6, 65533, 65534}, set()),
    "wz-batch": (set(range(1, 8)), set()),
    "wz-receipt": (set(range(1, 9)), set()),
    "wz-req": (set(range(1, 6)), set()),
    "wz-time": ({1, 2}, set()),
    "wz-enrol": (set(range(1, 5)), set()),
}


def claims(typ, payload):
    value = dec(payload)
    required, optional = CLOSED[typ]
    if not isinstance(value, dict) or not required <= set(value) <= required | optional:
        raise Refused("labels")
    if typ == "wz-srv" and not (type(value[5]) is int and 1 <= value[5] <= 65534):
        raise Refused("department")
    return value


class Layer(Exception):
    pass


def delegation(parts, issuer):
    """The claims of a kcwt that verifies under the issuer."""
    inner = sign1(enc(parts), False)
    key = h(issuer["publicKey"])
    if inner["header"][16] != "wz-del" or inner["header"].get(4) != h(issuer["kid"]) or inner["kcwt"] is not None:
        raise Refused("delegation header")
    if not verify(key, sig_structure(inner["protected"], inner["payload"]), inner["signature"]):
        raise Refused("delegation signature")
    return claims("wz-del", inner["payload"])


KIND = {"wz-sod": 1, "wz-res": 2, "wz-end": 3, "wz-srv": 4}


def layer_of(data, typ, tagged, issuer, key=None, kid=None, card=None):
    """Name of the layer that refuses, or None: structure, typ, signature, payload, binding (to `card`: permit number and thumbprint), chain."""
    try:
        parts = sign1(data, tagged)
    except Refused:
        return "structure"
    if parts["header"][16] != typ:
        return "typ"
    scope = None
    if typ in KIND:
        if parts["kcwt"] is None:
            return "chain"
        try:
            scope = delegation(parts["kcwt"], issuer)
        except Refused:
            return "chain"
        key = key or scope[8][1][-2]
    elif parts["kcwt"] is not None or parts["header"].get(4) != kid:
        return "chain"
    if not verify(key, sig_structure(parts["protected"], parts["payload"]), parts["signature"]):
        return "signature"
    try:
        value = claims(typ, parts["payload"])
    except Refused:
        return "payload"
    if card is not None and typ in ("wz-res", "wz-end", "wz-srv") and (value[1], value[2]) != card:
        return "binding"
    if scope is not None:
        signed_at = value[8] if typ == "wz-sod" else value[4]
        kinds, prefixes, (first, last) = scope[-70001][1], scope[-70001][2], scope[-70001][3]
        if KIND[typ] not in kinds or not all(p.startswith("3303") for p in prefixes) or not scope[5] <= signed_at <= scope[4]:
            return "chain"
        if typ == "wz-sod" and not first <= value[65535]["status_list"]["idx"] <= last:
            return "chain"
    return None


def check_signed(vector, issuer):
    global flips
    name, typ, tagged, data = vector["name"], vector["typ"], vector["tagged"], h(vector["object"])
    seed, payload = h(vector["seed"]), h(vector["payload"])
    same(f"{name}: public key", public(seed), vector["publicKey"])
    header = {1: -19, 16: typ}
    if "kid" in vector:
        header[4] = h(vector["kid"])
    protected = enc(header)
    same(f"{name}: protected header", protected, vector["protected"])
    same(f"{name}: Sig_structure", sig_structure(protected, payload), vector["sigStructure"])
    same(f"{name}: signature", Ed25519PrivateKey.from_private_bytes(seed).sign(sig_structure(protected, payload)), vector["signature"])
    unprotected = {13: dec(h(vector["kcwt"]))} if "kcwt" in vector else {}
    body = [protected, unprotected, payload, h(vector["signature"])]
    same(f"{name}: object", enc(Tag(18, body) if tagged else body), vector["object"])
    same(f"{name}: payload re-encoded", enc(dec(payload)), vector["payload"])
    same(f"{name}: cbor2 reads the payload", len(cbor2.loads(payload)), len(dec(payload)))
    kid = h(vector["kid"]) if "kid" in vector else None
    key = None if typ in KIND else h(vector["publicKey"])
    same(f"{name}: accepted", layer_of(data, typ, tagged, issuer, key, kid), None)
    for bit in range(len(data) * 8):
        flipped = bytearray(data)
        flipped[bit >> 3] ^= 1 << (bit & 7)
        if layer_of(bytes(flipped), typ, tagged, issuer, key, kid) is None:
            failures.append(f"{name}: bit {bit} flipped and accepted")
        flips += 1


# ---- SCP03, chip authentication -------------------------------------------------------------------------------------------------------------------
def kdf(key, constant, length, context):
    return mac(key, bytes(11) + bytes([constant, 0]) + struct.pack(">H", length * 8) + b"\1" + context)[:length]


def check_scp03():
    v = load("scp03")
    serial, context = h(v["serial"]), h(v["hostChallenge"]) + h(v["cardChallenge"])
    keys = {x: mac(h(v["master"]), b"\1wz-scp03-" + x.encode() + b"\0" + serial + b"\0\x80") for x in ("enc", "mac", "dek")}
    for name in keys:
        same(f"scp03 static {name}", keys[name], v["keys"][name])
    same("scp03 card challenge", kdf(keys["enc"], 2, 8, h(v["sequenceCounter"]) + h(v["aid"])), v["cardChallenge"])
    s_enc, s_mac, s_rmac = kdf(keys["enc"], 4, 16, context), kdf(keys["mac"], 6, 16, context), kdf(keys["mac"], 7, 16, context)
    for name, key in (("enc", s_enc), ("mac", s_mac), ("rmac", s_rmac)):
        same(f"scp03 session {name}", key, v["sessionKeys"][name])
    card, host = kdf(s_mac, 0, 8, context), kdf(s_mac, 1, 8, context)
    same("scp03 card cryptogram", card, v["cardCryptogram"])
    same("scp03 host cryptogram", host, v["hostCryptogram"])
    same("scp03 INITIALIZE UPDATE", bytes.fromhex("8050300008") + h(v["hostChallenge"]) + b"\0", v["initializeUpdate"]["command"])
    same("scp03 its answer", serial + h("300370") + h(v["cardChallenge"]) + card + h(v["sequenceCounter"]) + h("9000"), v["initializeUpdate"]["response"])
    chain = mac(s_mac, bytes(16) + h("8482330010") + host)
    same("scp03 EXTERNAL AUTHENTICATE", h("8482330010") + host + chain[:8], v["externalAuthenticate"])
    for counter, x in enumerate(v["exchanges"], 1):
        c = x["command"]
        header = bytes([c["cla"] | 4, c["ins"], c["p1"], c["p2"]])
        block = counter.to_bytes(16, "big")
        data = cbc(s_enc, ecb(s_enc, block), pad(h(c["data"]))) if c["data"] else b""
        lc = len(data) + 8
        extended = lc > 255 or c["ne"] > 256
        chain = mac(s_mac, chain + header + (b"\0" + lc.to_bytes(2, "big") if extended else bytes([lc])) + data)
        same(f"scp03 {x['name']}", apdu(header, data + chain[:8], c["ne"], extended), x["wrapped"])
        plain, sw = h(x["answer"]["data"]), x["answer"]["sw"].to_bytes(2, "big")
        body = cbc(s_enc, ecb(s_enc, b"\x80" + block[1:]), pad(plain)) if plain else b""
        same(f"scp03 {x['name']}: answer", body + mac(s_rmac, chain + body + sw)[:8] + sw, x["response"])


def scalar_key(scalar):
    return ec.derive_private_key(int.from_bytes(scalar, "big"), ec.SECP256R1())


def point(key):
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def check_chip():
    v = load("chip-authentication")
    chip, eph = scalar_key(h(v["chip"]["privateKey"])), scalar_key(h(v["ephemeral"]["privateKey"]))
    same("chip point", point(chip), v["chip"]["point"])
    same("ephemeral point", point(eph), v["ephemeral"]["point"])
    k = chip.exchange(ec.ECDH(), eph.public_key())
    same("ECDH", k, v["sharedSecret"])
    nonce = h(v["nonce"])
    k_enc, k_mac = (hashlib.sha1(k + nonce + bytes([0, 0, 0, n])).digest()[:16] for n in (1, 2))
    same("K_Enc", k_enc, v["encKey"])
    same("K_MAC", k_mac, v["macKey"])
    oid = h("04007f00070202030202")
    token_input = tlv(0x7F49, tlv(6, oid) + tlv(0x86, point(eph)))
    token = mac(k_mac, token_input)[:8]
    same("token input", token_input, v["tokenInput"])
    same("T_PICC", token, v["token"])
    same("MSE:SET AT", apdu(h("002241a4"), tlv(0x80, oid) + h("840101"), 0, False), v["setAt"])
    same("GENERAL AUTHENTICATE", apdu(h("00860000"), tlv(0x7C, tlv(0x80, point(eph))), 256, False), v["generalAuthenticate"]["command"])
    same("its answer", tlv(0x7C, tlv(0x81, nonce) + tlv(0x82, token) + b"".join(tlv(0x87 + i, x.encode("latin-1")) for i, x in enumerate(v["trustPoints"]))) + h("9000"), v["generalAuthenticate"]["response"])
    same("Comp(PK_PCD)", point(eph)[1:33], v["compressedEphemeral"])
    same("CMAC of nothing", mac(k_mac, b""), v["cmacOfNothing"])
    channel = Channel(k_enc, k_mac)
    for x in v["exchanges"]:
        command = channel.command(x["command"])
        same(f"{x['name']}: SSC", channel.ssc_bytes(), x["sscCommand"])
        same(f"{x['name']}: IV", channel.iv(), x["ivCommand"])
        same(f"{x['name']}: command", command, x["wrapped"])
        answer = channel.answer(x["command"]["ins"], x["answer"])
        same(f"{x['name']}: SSC of the answer", channel.ssc_bytes(), x["sscAnswer"])
        same(f"{x['name']}: IV of the answer", channel.iv(), x["ivAnswer"])
        same(f"{x['name']}: answer", answer, x["response"])


# ---- nacl: XSalsa20-Poly1305 ------------------------------------------------------------------------------------------------------------------------
def salsa_core(key, block, final):
    words = struct.unpack("<16I", b"expa" + key[:16] + b"nd 3" + block + b"2-by" + key[16:] + b"te k")
    x = list(words)
    rot = lambda v, n: (v << n | v >> 32 - n) & 0xFFFFFFFF
    quarters = [(0, 4, 8, 12), (5, 9, 13, 1), (10, 14, 2, 6), (15, 3, 7, 11), (0, 1, 2, 3), (5, 6, 7, 4), (10, 11, 8, 9), (15, 12, 13, 14)]
    for _ in range(10):
        for a, b, c, d in quarters:
            x[b] ^= rot((x[a] + x[d]) & 0xFFFFFFFF, 7)
            x[c] ^= rot((x[b] + x[a]) & 0xFFFFFFFF, 9)
            x[d] ^= rot((x[c] + x[b]) & 0xFFFFFFFF, 13)
            x[a] ^= rot((x[d] + x[c]) & 0xFFFFFFFF, 18)
    if final:
        return struct.pack("<16I", *((p + q) & 0xFFFFFFFF for p, q in zip(x, words)))
    return struct.pack("<8I", *(x[i] for i in (0, 5, 10, 15, 6, 7, 8, 9)))


def secretbox(key, nonce, plain):
    sub = salsa_core(key, nonce[:16], False)
    length = 32 + len(plain)
    stream = b"".join(salsa_core(sub, nonce[16:] + struct.pack("<Q", i), True) for i in range((length + 63) // 64))
    cipher = bytes(p ^ s for p, s in zip(plain, stream[32:]))
    r, s = int.from_bytes(stream[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF, int.from_bytes(stream[16:32], "little")
    acc = 0
    for i in range(0, len(cipher), 16):
        acc = (acc + int.from_bytes(cipher[i : i + 16] + b"\1", "little")) * r % (2**130 - 5)
    return ((acc + s) % 2**128).to_bytes(16, "little") + cipher


def check_sync():
    v = load("sync")
    platform, eph = h(v["platformBox"]["secretKey"]), h(v["ephemeral"]["secretKey"])
    x_public = lambda sk: X25519PrivateKey.from_private_bytes(sk).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    same("platform X25519", x_public(platform), v["platformBox"]["publicKey"])
    same("ephemeral X25519", x_public(eph), v["ephemeral"]["publicKey"])
    shared = X25519PrivateKey.from_private_bytes(eph).exchange(X25519PublicKey.from_public_bytes(x_public(platform)))
    before = salsa_core(shared, bytes(16), False)
    link = hashlib.sha256(enc(["wz-chain", v["terminal"], v["epoch"]])).digest()
    start = link
    same("h(0)", link, v["chainStart"])
    for r in v["records"]:
        sealed = h(r["sealed"])
        same(f"sealed {r['seq']}", x_public(eph) + sealed[32:56] + secretbox(before, sealed[32:56], h(r["plain"])), r["sealed"])
        link = hashlib.sha256(enc([link, r["seq"], r["type"], r["priority"], r["capturedAt"], sealed])).digest()
        same(f"h({r['seq']})", link, r["hash"])
        same(f"plain {r['seq']}", enc(dec(h(r["plain"]))), r["plain"])
    by = {x["name"]: x for x in v["signed"]}
    body = enc([h(by["batch"]["object"]), [[r["seq"], r["type"], r["priority"], r["capturedAt"], h(r["sealed"])] for r in v["records"]]])
    same("push body", body, v["push"]["body"])
    batch, request, receipt = (dec(h(by[n]["payload"])) for n in ("batch", "request", "receipt"))
    same("batch", (batch[3], batch[4], batch[5], batch[6]), (1, len(v["records"]), start, link))
    same("receipt", (receipt[3], receipt[4], receipt[5], receipt[8]), (1, len(v["records"]), link, x_public(platform)))
    same("request", (request[1], request[2], request[3]), ("POST", v["push"]["path"], hashlib.sha256(body).digest()))
    e = v["enrolment"]
    same("root hash", hashlib.sha256(h(e["rootKey"])).digest()[:10], e["rootHash"])
    number, alphabet = int.from_bytes(h(e["secret"]) + h(e["rootHash"]), "big"), "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    text = "".join(alphabet[number >> 155 - 5 * i & 31] for i in range(32))
    same("enrolment code", "-".join(text[i : i + 4] for i in range(0, 32, 4)), e["code"])
    enrol = dec(h(by["enrolment"]["payload"]))
    same("enrolment keys", (enrol[1], enrol[3][-2]), (h(e["secret"]), h(v["newTerminal"])))
    for vector in v["signed"]:
        check_signed(vector, None)


def mod_11_10(digits):
    p = 10
    for d in digits:
        s = (p + int(d)) % 10 or 10
        p = s * 2 % 11
    return str((11 - p) % 10)


def reason_of_slots(s, read):
    """The counters line of payload.md 6 for slots that are authentic."""
    told, seen = sorted(map(tuple, s["listed"])), sorted((slot[5], slot[3]) for slot in read)
    once = len({department for department, _ in seen}) == len(seen)
    fits = seen == told if s["all"] else set(seen) <= set(told)
    young = all(counter <= s["services"] for _, counter in told)
    return "counters-equal" if once and fits and young else "counter-differs-services"


def check_payload():
    v = load("payload")
    for vector in v["valid"]:
        check_signed(vector, v["issuer"])
    by = {x["name"]: x for x in v["valid"]}
    same("issuer kid", kid_of(h(v["issuer"]["publicKey"])), v["issuer"]["kid"])
    sod, trust, token = (dec(h(by[n]["payload"])) for n in ("SOD", "TrustList", "StatusListToken"))
    for label, name in ((1, "version"), (2, "permit"), (3, "holder"), (4, "photo"), (28, "cardAccess")):
        same(f"digest of {name}", hashlib.sha256(h(v["files"][name])).hexdigest(), sod[5][label].hex())
    permit = dec(h(v["files"]["permit"]))
    same("permit number check digit", mod_11_10(permit[1][:17]), permit[1][17])
    same("index", permit[6], sod[65535]["status_list"]["idx"])
    thumbprint = hashlib.sha256(enc(sod[6])).digest()[:8]
    card = (permit[1], thumbprint)
    bound = [x for x in v["valid"] if x["typ"] in ("wz-res", "wz-end", "wz-srv")]
    same("mutable objects", sorted(x["typ"] for x in bound), ["wz-end", "wz-res", "wz-srv", "wz-srv", "wz-srv"])
    for x in bound:
        payload = dec(h(x["payload"]))
        same(f"{x['name']}: binding", (payload[1], payload[2]), card)
    chip = load("chip-authentication")["chip"]["point"]
    same("chip key", (sod[6][-2].hex(), sod[6][-3]), (chip[2:66], int(chip[-1], 16) % 2 == 1))
    for each in trust[5]:
        same("kid in the trust list", kid_of(each[3][-2]), each[1].hex())
    packed = zlib.decompress(token[65533]["lst"])
    same("status list", packed, v["statuses"]["packed"])
    statuses = [packed[i // 4] >> i % 4 * 2 & 3 for i in range(len(packed) * 4)]
    same("statuses", statuses[: len(v["statuses"]["list"])], v["statuses"]["list"])
    same("padding of the status list", set(statuses[len(v["statuses"]["list"]) :]), {3})
    for r in v["refused"]:
        key = h(r["publicKey"]) if "publicKey" in r else None
        same(f"refused: {r['name']}", layer_of(h(r["object"]), r["typ"], True, v["issuer"], key, None, card), r["layer"])
    for s in v["slots"]:
        same(f"slots: {s['name']}", reason_of_slots(s, [dec(h(by[n]["payload"])) for n in s["read"]]), s["reason"])


def check_personalisation():
    v = load("personalisation")
    stream = b""
    for name in ("cardAccess", "permit", "holder", "photo", "residence", "sod"):
        stream += tlv(0x70, tlv(0x51, v["fileIdentifiers"][name].to_bytes(2, "big")) + tlv(0x53, h(v["files"][name])))
    c = v["counters"]
    counters = b"".join(tlv(t, c[n].to_bytes(4, "big")) for t, n in ((0x90, "residence"), (0x91, "endorsements"), (0x92, "services")))
    trust_point = cv_certificates.read_strictly(h(v["trustPoint"]))
    same("trust point", (trust_point["role"], trust_point["holderReference"]), ("cvca", load("chip-authentication")["trustPoints"][0]))
    card_access = tlv(6, h("04007f00070202030202")) + h("80010c840101") + tlv(6, h("04007f00070202020203")) + tlv(0x83, trust_point["holderReference"].encode("latin-1"))
    same("EF.CardAccess", card_access, v["files"]["cardAccess"])
    stream += tlv(0xCE, counters + tlv(0x93, h(c["cardDate"].replace("-", "")[2:])) + tlv(0x97, c["can"].encode("ascii")) + h(v["trustPoint"]))
    same("stream", stream, v["stream"])
    same("stream SHA-256", hashlib.sha256(stream).hexdigest(), v["sha256"])
    for name in ("permit", "holder", "photo"):
        same(f"{name} is deterministic", enc(dec(h(v["files"][name]))), v["files"][name])
    same("permit number check digit", mod_11_10(v["permitNumber"][:17]), v["permitNumber"][17])


def check_apdu():
    v = load("apdu")
    for c in v["commands"]:
        data = h(c["data"])
        extended = len(data) > 255 or c["ne"] > 256 or "forced" in c["name"]
        same(f"APDU {c['name']}", apdu(bytes([c["cla"], c["ins"], c["p1"], c["p2"]]), data, c["ne"], extended), c["apdu"])
    talk = {x["name"]: h(x["response"]) for x in v["blankCard"]}
    version, aid = h("80020100810101820101830103"), h("f0575a525001")
    fci = tlv(0x6F, tlv(0x84, aid) + h("8a0101") + tlv(0x7F66, h("0202048002021100")) + tlv(0xA5, version))
    same("SELECT", talk["SELECT the application"], (fci + h("9000")).hex())
    same("SELECT with Le 05", talk["SELECT again with Le 05: the rest waits (61xx)"], (fci[:5] + bytes([0x61, len(fci) - 5])).hex())
    same("GET RESPONSE", talk["GET RESPONSE"], (fci[5:] + h("9000")).hex())
    same("chain, first part", talk["GET DATA in a chain, first part"], "9000")
    same("chain, last part", talk["GET DATA in a chain, last part"], (tlv(0xC1, version) + h("9000")).hex())
    same("READ BINARY", talk["READ BINARY of EF.Version by SFI"], (version + h("9000")).hex())
    for name, sw in (("READ BINARY beyond the end", "6b00"), ("SELECT an unknown application", "6a82"), ("unknown instruction", "6d00"), ("a void card refuses chip authentication", "6985")):
        same(name, talk[name], sw)


def check_cv_certificates():
    global flips
    refused, accepted = cv_certificates.check(load("cv-certificates"), same)
    flips += refused
    failures.extend(f"{each} flipped and accepted" for each in accepted)


def check_rights():
    points = {name: h(x) for name, x in (("CNWZTEST00001", next(c["certificate"] for c in load("cv-certificates")["certificates"] if c["name"] == "first")), ("CNWZTEST00002", load("personalisation")["trustPoint"]))}
    chip = load("chip-authentication")
    keys = (chip["encKey"], chip["macKey"])
    for name in ("terminal-authentication", "access", "card-updates"):
        same(f"{name}: session keys", (load(name)["encKey"], load(name)["macKey"]), keys)
    same("chip of terminal authentication", load("terminal-authentication")["chipPoint"], chip["chip"]["point"])
    access_vectors.check_terminal_authentication(load("terminal-authentication"), points, chip["compressedEphemeral"], same)
    access_vectors.check_access(load("access"), same)
    access_vectors.check_updates(load("card-updates"), same)


for check in (check_apdu, check_payload, check_scp03, check_chip, check_sync, check_personalisation, check_cv_certificates, check_rights):
    check()
for failure in failures[:20]:
    print(failure, file=sys.stderr)
print(f"{checked} checked, {flips} flips refused" if not failures else f"{checked} checked, {len(failures)} disagreements")
sys.exit(1 if failures else 0)
