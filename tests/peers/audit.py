#!/usr/bin/python3
"""Recounts what a platform did with captured records, without product code.

    audit.py DIR

DIR/captured.jsonl holds one JSON object a line for each record a terminal captured:
{"type": "issue" | "verification" | "revocation" | "spoiled", "terminal": id, "epoch": n, "seq": n, "permitNumber": "..."}.
DIR/platform/platform.db is opened read-only (docs/platform.md describes its tables). Every captured record must have exactly one line in the
ledger and, when that says "applied", exactly one effect that names it; no effect may be without a captured record.
Prints one JSON object; exit 1 when anything was lost or duplicated, 2 when the folder cannot be read.
"""
import json
import pathlib
import sqlite3
import sys
from collections import Counter

EFFECTS = {
    "issue": "select origin_terminal, origin_epoch, origin_seq, permit_number from permits",
    "verification": "select origin_terminal, origin_epoch, origin_seq, permit_number from verifications",
    "revocation": "select origin_terminal, origin_epoch, origin_seq, permit_number from status_changes where origin_terminal is not null",
    "spoiled": "select origin_terminal, origin_epoch, origin_seq, null from blanks where state = 'spoiled' and origin_terminal is not null",
}


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
        for terminal, epoch, seq, outcome in db.execute("select terminal, epoch, seq, outcome from intake_ledger"):
            ledger[(terminal, epoch, seq)] += 1
            outcomes[(terminal, epoch, seq)] = outcome
        effects = Counter()
        permits = Counter()
        for kind, query in EFFECTS.items():
            for terminal, epoch, seq, number in db.execute(query):
                effects[(kind, (terminal, epoch, seq), number)] += 1
                if kind == "issue":
                    permits[number] += 1
    finally:
        db.close()

    lost = duplicated = applied = quarantined = 0
    duplicated += twice_captured
    accounted = Counter()
    for key, record in captured.items():
        if ledger[key] > 1:
            duplicated += 1
        own = [(e, n) for e, n in effects.items() if e[1] == key]
        right = sum(n for (kind, _, number), n in own if kind == record["type"] and number == record.get("permitNumber", number))
        total = sum(n for _, n in own)
        accounted.update({e: n for e, n in own})
        if outcomes.get(key) == "quarantined":
            # Kept and counted, not lost; but then it may have had no effect.
            quarantined += 1
            duplicated += total
        elif outcomes.get(key) != "applied" or right == 0:
            lost += 1
        else:
            applied += 1
            duplicated += total - 1
    # An effect that no captured record explains is one too many.
    duplicated += sum((effects - accounted).values())
    duplicated += sum(1 for key in ledger if key not in captured)
    duplicated += sum(n - 1 for n in permits.values() if n > 1)
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
