"""AES, CMAC, TLV, APDUs and secure messaging (ICAO Doc 9303-11 9.8, chip-authentication.md 2) without any code of the product; for verify_vectors.py."""
from cryptography.hazmat.primitives import cmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def mac(key, message):
    c = cmac.CMAC(algorithms.AES(key))
    c.update(message)
    return c.finalize()


def ecb(key, block):
    e = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return e.update(block) + e.finalize()


def cbc(key, iv, data):
    e = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return e.update(data) + e.finalize()


def pad(data):
    return data + b"\x80" + bytes(-(len(data) + 1) % 16)


def tlv(tag, value):
    t = tag.to_bytes((tag.bit_length() + 7) // 8, "big")
    n = len(value)
    return t + (bytes([n]) if n < 128 else b"\x81" + bytes([n]) if n < 256 else b"\x82" + n.to_bytes(2, "big")) + value


def apdu(header, data, ne, extended):
    if not extended:
        return header + (bytes([len(data)]) + data if data else b"") + (bytes([ne & 255]) if ne else b"")
    if not data and not ne:
        return header
    return header + b"\0" + (len(data).to_bytes(2, "big") + data if data else b"") + ((ne & 65535).to_bytes(2, "big") if ne else b"")


def chained(command):
    """An extended protected command cut for a reader of short APDUs (permit-application.md 4)."""
    if command[4]:
        return [command]
    header, data = command[:4], command[7:-2]
    parts = [data[i : i + 255] for i in range(0, len(data), 255)]
    links = [apdu(bytes([header[0] | 0x10]) + header[1:], part, 0, False) for part in parts[:-1]]
    return links + [apdu(header, parts[-1], 256, False)]


class Channel:
    """One session from its first command on; command and answer take turns."""

    def __init__(self, k_enc, k_mac):
        self.k_enc, self.k_mac, self.ssc = k_enc, k_mac, 0

    def ssc_bytes(self):
        return self.ssc.to_bytes(16, "big")

    def iv(self):
        return ecb(self.k_enc, self.ssc_bytes())

    def protect(self, data, odd):
        if not data:
            return b""
        cryptogram = cbc(self.k_enc, self.iv(), pad(data))
        return tlv(0x85, cryptogram) if odd else tlv(0x87, b"\1" + cryptogram)

    def command(self, c):
        self.ssc += 1
        header = bytes([c["cla"] | 0x0C, c["ins"], c["p1"], c["p2"]])
        body = self.protect(bytes.fromhex(c["data"]), c["ins"] & 1)
        if c["ne"]:
            body += tlv(0x97, bytes([c["ne"] & 255]) if c["ne"] <= 256 else (c["ne"] & 65535).to_bytes(2, "big"))
        outer = body + tlv(0x8E, mac(self.k_mac, self.ssc_bytes() + pad(header) + (pad(body) if body else b""))[:8])
        extended = len(outer) > 255 or c["ne"] > 256
        return apdu(header, outer, 65536 if extended else 256, extended)

    def answer(self, ins, a):
        self.ssc += 1
        sw = a["sw"].to_bytes(2, "big")
        body = self.protect(bytes.fromhex(a["data"]), ins & 1) + tlv(0x99, sw)
        return body + tlv(0x8E, mac(self.k_mac, pad(self.ssc_bytes() + body))[:8]) + sw
