#!/usr/bin/python3
"""Recounts what a platform did with captured records, without product code.

    audit.py DIR

DIR/captured.jsonl holds one JSON object a line for each record a terminal captured:
{"type": record type, "terminal": id, "epoch": n, "seq": n, "permitNumber": "..." (when the record has one), "content": hex (optional)}.
DIR/platform/platform.db is opened read-only (docs/platform.md describes its tables). Every captured record must have exactly one line in the
ledger and, when that says "applied", exactly one effect that names it; no effect may be without a captured record.
"content" is the SHA-256 of the sealed record: with it a record is found under whatever epoch and number it was received (a terminal restored from
a copy sends it again in its new epoch; the platform answers "repeated" and does nothing).
Prints one JSON object; exit 1 when anything was lost or duplicated, 2 when the folder cannot be read.
"""
import json
import pathlib
import sqlite3
import sys
from collections import Counter

ORIGIN = "origin_terminal, origin_epoch, origin_seq"
# A first card's effect is its permit, and a card; every other card's is a card of a permit that exists. The platform's own decisions have no origin.
EFFECTS = {
    "issue": f"select {', '.join('c.' + column for column in ORIGIN.split(', '))}, c.permit_number from cards c join permits p on p.permit_number = c.permit_number",
    "verification": f"select {ORIGIN}, permit_number from verifications",
    "revocation": f"select {ORIGIN}, permit_number from status_changes where origin_terminal is not null",
    "spoiled": f"select {ORIGIN}, null from blanks where state = 'spoiled' and origin_terminal is not null",
    "pin": f"select {ORIGIN}, permit_number from pin_events",
    "check-viewed": f"select {ORIGIN}, permit_number from check_views",
    "fee": f"select {ORIGIN}, permit_number from fees",
    "reconciliation": f"select {ORIGIN}, null from reconciliations",
    **{
        kind: f"select {ORIGIN}, permit_number from events where type = '{kind}'"
        for kind in ("registration", "acceptance", "supplement", "review", "hand-over", "endorsement", "residence-change", "card-return")
    },
}
# Records that name no permit in the platform's tables, whatever the one who captured them knew.
UNNUMBERED = {"spoiled", "reconciliation", "registration", "acceptance", "supplement", "review"}
# Kept besides the effect above: a card or a revocation whose event is missing is a permit whose life is told wrongly.
EVENTS = f"select type, {ORIGIN} from events where type in ('issue', 'revocation') and origin_terminal <> ''"


def audit(folder):
    captured = {}
    twice_captured = 0
    for line in (folder / "captured.jsonl").read_text(encoding="utf-8").splitlines():
        if line.strip():
            record = json.loads(line)
            key = (record["terminal"], record["epoch"], record["seq"])
            twice_captured += key in captured
            captured[key] = record
    database = folder / "platform" / "platform.db"
    db = sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)
    try:
        ledger = Counter()
        outcomes = {}
        by_content = {}
        for terminal, epoch, seq, outcome, content in db.execute("select terminal, epoch, seq, outcome, content from intake_ledger"):
            ledger[(terminal, epoch, seq)] += 1
            outcomes[(terminal, epoch, seq)] = outcome
            by_content.setdefault((terminal, content), set()).add((terminal, epoch, seq))
        ahead = set()
        for terminal, epoch, seq, content in db.execute("select terminal, epoch, seq, content from advances where outcome = 'applied'"):
            ahead.add((terminal, epoch, seq))
            by_content.setdefault((terminal, content), set()).add((terminal, epoch, seq))
        effects = Counter()
        for kind, query in EFFECTS.items():
            for terminal, epoch, seq, number in db.execute(query):
                effects[(kind, (terminal, epoch, seq), number)] += 1
        events = Counter((kind, (terminal, epoch, seq)) for kind, terminal, epoch, seq in db.execute(EVENTS))
        permits = Counter(number for (number,) in db.execute("select permit_number from permits"))
        cards = Counter(serial for (serial,) in db.execute("select serial from cards"))
    finally:
        db.close()

    lost = duplicated = applied = quarantined = 0
    duplicated += twice_captured
    accounted = Counter()
    explained = set()
    of_key = {}
    for effect, n in effects.items():
        of_key.setdefault(effect[1], []).append((effect, n))
    for key, record in captured.items():
        keys = {key}
        if "content" in record:
            # The number it was captured under may have been used for another record since: only what holds this content is this record.
            keys = by_content.get((key[0], bytes.fromhex(record["content"])), set())
        explained |= keys
        duplicated += sum(ledger[k] > 1 for k in keys)
        own = [pair for k in keys for pair in of_key.get(k, [])]
        right = sum(n for (kind, _, number), n in own if kind == record["type"] and (number == record.get("permitNumber", number) or number is None and kind in UNNUMBERED))
        if record["type"] in ("issue", "revocation") and right > 0 and sum(events[(record["type"], k)] for k in keys) != 1:
            right = 0
        total = sum(n for _, n in own)
        accounted.update(dict(own))
        found = {outcomes[k] for k in keys if k in outcomes}
        # Sent ahead under a number that a restored terminal never used again: the effect is there, its line says "repeated".
        taken = "applied" in found or ("repeated" in found and any(k in ahead for k in keys))
        if "quarantined" in found:
            # Kept and counted, not lost; but then it may have had no effect.
            quarantined += 1
            duplicated += total
        elif not taken or right == 0:
            lost += 1
        else:
            applied += 1
            duplicated += total - 1
    # An effect that no captured record explains is one too many.
    duplicated += sum((effects - accounted).values())
    duplicated += sum(1 for key in ledger if key not in explained and outcomes[key] != "repeated")
    duplicated += sum(n - 1 for n in (*permits.values(), *cards.values()) if n > 1)
    return {"captured": len(captured), "applied": applied, "quarantined": quarantined, "lost": lost, "duplicated": duplicated}


def main():
    if len(sys.argv) != 2:
        print("usage: audit.py DIR", file=sys.stderr)
        return 2
    try:
        result = audit(pathlib.Path(sys.argv[1]))
    except (OSError, ValueError, KeyError, sqlite3.Error) as error:
        print(f"cannot audit: {error}", file=sys.stderr)
        return 2
    print(json.dumps(result))
    return 1 if result["lost"] or result["duplicated"] else 0


if __name__ == "__main__":
    sys.exit(main())
