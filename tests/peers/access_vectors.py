"""Terminal authentication, PIN, log and updates of terminal-authentication.md, access.md and card-updates.md, without any code of the product; for verify_vectors.py.

The scenarios of terminal authentication are played against a small card of its own, which judges each command and names the status.
"""
import datetime, hashlib
import cv_certificates as cv
from card_channel import Channel, chained, tlv

h = bytes.fromhex
CLAIM, TA = h("6981b890afbecbbfba93ab979ffe9482e58fea6901"), h("04007f00070202020203")
BITS = {"inspect": 1, "kiosk": 2, "endorse": 4, "service": 8, "manage": 16}


def latin1(text):
    return text.encode("latin-1")


def check_exchanges(name, keys, exchanges, same):
    channel = Channel(h(keys["encKey"]), h(keys["macKey"]))
    for i, x in enumerate(exchanges):
        same(f"{name}, {i + 1} {x['name']}: command", channel.command(x["command"]), x["wrapped"])
        same(f"{name}, {i + 1} {x['name']}: answer", channel.answer(x["command"]["ins"], x["answer"]), x["response"])


class Card:
    """What terminal-authentication.md 2 and 3 want of a card, for one session."""

    def __init__(self, trust_points, date, id_picc, ephemeral, challenge):
        self.trust = [cv.read_strictly(x) for x in trust_points]
        self.date, self.id_picc, self.ephemeral, self.challenge = date, id_picc, ephemeral, challenge
        self.signer = self.last = self.asked = self.logged = None
        self.rights, self.domestic = list(BITS), True

    def take(self, c):
        """Status of one plain command."""
        data, what = h(c["data"]), (c["ins"], c["p1"], c["p2"])
        if what == (0x22, 0x81, 0xB6):
            known = ([self.last] if self.last else []) + self.trust
            self.signer = next((x for x in known if tlv(0x83, latin1(x["holderReference"])) == data), None)
            return 0x9000 if self.signer else 0x6A88
        if what == (0x2A, 0x00, 0xBE):
            return self.certificate(tlv(0x7F21, data))
        if what == (0x22, 0x81, 0xA4):
            protocol, holder, auxiliary = cv.exactly(data, 0x80, 0x83, 0x67)
            # 67 is constructed and 73 too; 06 and 53 lie in it.
            claim = cv.exactly(cv.exactly(auxiliary, 0x73)[0], 6, 0x53)
            if protocol != TA or claim[0] != CLAIM or len(claim[1]) != 5:
                return 0x6A80
            self.asked = holder, tlv(0x67, auxiliary), claim[1]
            return 0x9000 if self.last and latin1(self.last["holderReference"]) == holder else 0x6A88
        if what == (0x84, 0x00, 0x00):
            return 0x9000
        if what == (0x82, 0x00, 0x00):
            holder, auxiliary, claim = self.asked
            if not cv.verifies(self.last["point"], self.id_picc + self.challenge + self.ephemeral + auxiliary, data):
                return 0x6300
            rights = sum(BITS[x] for x in self.rights)
            self.logged = (1).to_bytes(4, "big") + h(self.date.replace("-", "")[2:]) + bytes([rights]) + claim + holder
            return 0x9000
        raise AssertionError(what)

    def certificate(self, data):
        try:
            c = cv.read(data)
        except cv.Bad:
            return 0x6A80
        signer = self.signer
        if c["authorityReference"] != signer["holderReference"]:
            return 0x6A88
        if not cv.verifies(signer["point"], c["body"], c["signature"]):
            return 0x6300
        if not c["fits"] or c["role"] not in cv.SIGNS[signer["role"]]:
            return 0x6982
        if signer["expires"] < self.date or c["expires"] < self.date or not signer["effective"] <= c["effective"] <= signer["expires"]:
            return 0x6985
        self.rights = [x for x in self.rights if x in signer["rights"] and x in c["rights"]]
        self.domestic = self.domestic and c["role"] != "dv-foreign"
        if c["role"] == "cvca" and all(x["holderReference"] != c["holderReference"] for x in self.trust):
            self.trust = [c, *self.trust][:2]
        elif c["role"] != "cvca":
            self.last = c
        if self.domestic:
            self.date = max(self.date, c["effective"])
        return 0x9000


def check_terminal_authentication(v, trust_points, ephemeral, same):
    id_picc, key, public = h(v["chipPoint"])[1:33], h(v["terminal"]["privateKey"]), v["terminal"]["publicKey"]
    same("key of the terminal", "04%064x%064x" % cv.multiple(int(v["terminal"]["privateKey"], 16)), public)
    for s in v["granted"] + v["refused"]:
        name, signed, claim = s["name"], s["signed"], s["claim"]
        check_exchanges(name, v, s["exchanges"], same)
        same(f"{name}: in chains", [[p.hex() for p in chained(h(x["wrapped"]))] for x in s["exchanges"]], s["short"])
        auxiliary = tlv(0x67, tlv(0x73, tlv(6, CLAIM) + tlv(0x53, claim["time"].to_bytes(4, "big") + bytes([claim["purpose"]]))))
        same(f"{name}: auxiliary", auxiliary, s["auxiliary"])
        same(f"{name}: message", h(signed["idPicc"]) + h(signed["challenge"]) + h(signed["ephemeral"]) + auxiliary, signed["message"])
        same(f"{name}: signature by RFC 6979", cv.sign(key, h(signed["message"])), signed["signature"])
        same(f"{name}: it verifies", cv.verifies(public, h(signed["message"]), h(signed["signature"])), True)
        expected = []
        for c in s["chain"]:
            same(f"{name}: what 7F21 holds", tlv(0x7F21, h(c["data"])), c["certificate"])
            expected += [("2281b6", tlv(0x83, latin1(c["authorityReference"])), 0), ("2a00be", h(c["data"]), 0)]
        expected += [("2281a4", tlv(0x80, TA) + tlv(0x83, latin1(s["holderReference"])) + auxiliary, 0), ("840000", b"", 8), ("820000", h(signed["signature"]), 0)]
        plain = [(x["command"]["ins"], x["command"]["p1"], x["command"]["p2"], x["command"]["data"], x["command"]["ne"]) for x in s["exchanges"]]
        same(f"{name}: plain commands", plain, [(*h(header), data.hex(), ne) for header, data, ne in expected][: len(plain)])
        card = Card([trust_points[x] for x in s["card"]["trustPoints"]], s["card"]["cardDate"], id_picc, h(ephemeral), h(s["challenge"]))
        told = [card.take(x["command"]) for x in s["exchanges"]]
        same(f"{name}: statuses", told, [x["answer"]["sw"] for x in s["exchanges"]])
        same(f"{name}: ends with", told[-1], s["refused"]["sw"] if "refused" in s else 0x9000)
        same(f"{name}: whole or refused", len(told) == len(expected) and told[-1] == 0x9000, "refused" not in s)
        same(f"{name}: refused at", sum(x[0] == 0x2A for x in plain[:-1]), s["refused"]["at"] if "refused" in s else len(s["chain"]))
        if "logged" in s:
            same(f"{name}: log record", card.logged, s["logged"])
            same(f"{name}: trust points after", [x["holderReference"] for x in card.trust], s["trustPointsAfter"])


def entry_of(record):
    """A record of EF.AccessLog by access.md 4; None for one that is none."""
    try:
        day = record[4:7].hex()
        date = datetime.date(2000 + int(day[:2]), int(day[2:4]), int(day[4:])).isoformat() if day.isdecimal() else None
        holder = cv.reference(record[13:])
    except (ValueError, cv.Bad):
        return None
    sequence, rights = int.from_bytes(record[:4], "big"), record[7]
    if date is None or sequence == 0 or rights > 31:
        return None
    named = [name for name, bit in BITS.items() if rights & bit]
    return {"sequence": sequence, "cardDate": date, "rights": named, "claimedTime": int.from_bytes(record[8:12], "big"), "purpose": record[12], "holderReference": holder}


def log_of(content):
    """Entries of the whole log; None for one that is none."""
    try:
        found = cv.objects(content)
    except (cv.Bad, IndexError):
        return None
    entries = [entry_of(value) if tag == 0x53 and value else None for tag, value in found]
    if None in entries or len(entries) > 32 or any(a["sequence"] <= b["sequence"] for a, b in zip(entries, entries[1:])):
        return None
    return entries


def statuses_of_pin(session, pins, can):
    """access.md 2, 3 and 5 as a card keeps them, for a card whose PIN, where it is set, is `pins[0]` at the beginning; one status for each command."""
    state = {"pin": None if session["pin"] == "unset" else pins[0], "tries": 3 if session["pin"] == "unset" else session["pin"], "verified": False, "sign": False, "cans": 0}
    manage = "manage" in session["rights"]

    def compare(pin):
        if state["pin"] is None:
            return 0x6984
        if state["tries"] == 0:
            return 0x6983
        state["tries"] -= 1
        if pin != state["pin"]:
            state["verified"] = state["sign"] = False
            return 0x63C0 | state["tries"]
        state["tries"] = 3
        return 0x9000

    def take(c):
        data, what = h(c["data"]), (c["ins"], c["p1"], c["p2"])
        if what == (0x20, 0, 1) and not data:
            return 0x9000 if state["verified"] else 0x6984 if state["pin"] is None else 0x63C0 | state["tries"] if state["tries"] else 0x6983
        if what == (0x20, 0, 1):
            if not data.isdigit():
                return 0x6A80
            sw = compare(data)
            state["verified"] = state["sign"] = sw == 0x9000
            return sw
        if what == (0x24, 1, 1):
            if not manage:
                return 0x6982
            if state["pin"] is not None:
                return 0x6985
            state.update(pin=data, tries=3)
            return 0x9000
        if what == (0x24, 0, 1):
            sw = compare(data[:6])
            if sw == 0x9000:
                state.update(pin=data[6:], verified=False, sign=False)
            return sw
        if what == (0x2C, 3, 1):
            if not manage:
                return 0x6982
            state.update(pin=None, tries=3, verified=False, sign=False)
            return 0x9000
        if what == (0x20, 0, 2):
            return 0x9000 if data == can else 0x6300
        if what == (0x88, 0, 0):
            sw = 0x9000 if state["sign"] else 0x6982
            state["sign"] = False
            return sw
        if what in ((0xE6, 0, 0), (0xCB, 0x3F, 0xFF)):
            return 0x9000 if manage else 0x6982
        raise AssertionError(what)

    return [take(x["command"]) for x in session["exchanges"]]


def check_access(v, same):
    pins, key = v["pins"], v["signature"]
    same("signature key", "04%064x%064x" % cv.multiple(int(key["privateKey"], 16)), key["point"])
    same("digest", hashlib.sha256(h(key["message"])).hexdigest(), key["digest"])
    for s in v["sessions"]:
        check_exchanges(s["name"], v, s["exchanges"], same)
        sws = [x["answer"]["sw"] for x in s["exchanges"]]
        same(f"{s['name']}: statuses", statuses_of_pin(s, [h(pins["pin"]), h(pins["next"])], h(pins["can"])), sws)
        wrong_cans = sum(sw == 0x6300 for sw in sws)
        over = wrong_cans == 5 or (sws[-1] not in (0x9000, 0x6300) and sws[-1] >> 4 != 0x63C) or s["exchanges"][-1]["command"]["ins"] == 0xE6
        same(f"{s['name']}: ended", over, s["ended"])
        for x in s["exchanges"]:
            if x["command"]["ins"] == 0x88:
                same("digest that is signed", (x["command"]["data"], x["command"]["ne"]), (key["digest"], 64))
                same("card-present signature", cv.sign(h(key["privateKey"]), h(key["message"])).hex() if x["answer"]["sw"] == 0x9000 else "", x["answer"]["data"])
            if x["command"]["ins"] == 0xCB:
                same("log as it is read", tlv(0xCA, h(v["log"]["content"])), x["answer"]["data"])
    same("log", b"".join(tlv(0x53, h(r["record"])) for r in v["log"]["records"]), v["log"]["content"])
    same("entries of the log", log_of(h(v["log"]["content"])), [r["entry"] for r in v["log"]["records"]])
    for m in v["malformedLogs"]:
        same(f"no log: {m['name']}", log_of(h(m["content"])), None)


def check_updates(v, same):
    """PUT DATA by permit-application.md 6, what is read back, and the refusals, each in a session of its own."""
    tags = {"residence": 0xC5, "endorsements": 0xC6, "services": 0xC7}

    def plain(u):
        department = tlv(0x91, u["target"]["department"].to_bytes(2, "big")) if u["target"]["file"] == "services" else b""
        return tlv(tags[u["target"]["file"]], department + tlv(0x90, u["counter"].to_bytes(4, "big")) + tlv(0x53, h(u["object"])))

    for u in v["written"] + v["refused"]:
        same(f"{u['exchange']['name']}: plain", plain(u), u["exchange"]["command"]["data"])
        same(f"{u['exchange']['name']}: in a chain", [p.hex() for p in chained(h(u["exchange"]["wrapped"]))], u["chain"])
    check_exchanges("updates", v, [u["exchange"] for u in v["written"]] + v["readBack"], same)
    for u in v["refused"]:
        check_exchanges("refused update", v, [u["exchange"]], same)
    by = {u["target"]["file"]: u for u in v["written"]}
    counters = b"".join(tlv(t, by[f]["counter"].to_bytes(4, "big")) for t, f in ((0x90, "residence"), (0x91, "endorsements"), (0x92, "services")))
    slot = by["services"]["target"]["department"].to_bytes(2, "big") + by["services"]["counter"].to_bytes(4, "big")
    status = tlv(0xC9, counters + h("9303261124") + tlv(0x94, slot) + h("9501ff"))
    objects = {f: h(u["object"]) for f, u in by.items()}
    expected = [tlv(0xC6, objects["endorsements"]) + status, tlv(0xC5, objects["residence"]) + status, tlv(0x53, objects["services"]), status]
    same("read back", [x["answer"]["data"] for x in v["readBack"]], [x.hex() for x in expected])
