#!/usr/bin/python3
"""Replays firmware-specs/vectors/life-cycle.json by firmware-specs/life-cycle.md, without any code of the product.

Standard library only. Usage: life_cycle.py FILE. Prints `N steps, M answers`; exits 1 on any disagreement. Of the two regimes it knows what that page needs:
permits with a fixed end from 2009-10-01, yearly endorsement and no temporary permit from 2016-01-01.
"""
import calendar, datetime, json, sys

ENDS = {"left", "died", "became-local", "fraud", "not-qualified", "departed", "expired"}
ALIVE = {"accepted", "approved", "made", "active", "suspended", "lost"}


class Refused(Exception):
    def __init__(self, code, detail):
        self.answer = {"code": code, "detail": detail}


def is_date(text):
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except (TypeError, ValueError):
        return False


def months(text, count):
    day = datetime.date.fromisoformat(text)
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1])).isoformat()


def days(text, count):
    return (datetime.date.fromisoformat(text) + datetime.timedelta(days=count)).isoformat()


def need(condition, code, detail):
    if not condition:
        raise Refused(code, detail)


def due(file):
    return None if "expiresOn" in file else file.get("goodUntil", months(file["issuedOn"], 12))


def overdue(file, on):
    return "issuedOn" in file and due(file) is not None and on > due(file)


def past_end(file, on):
    exchanging = file.get("purpose") == "exchange" and file["state"] in ("accepted", "approved")
    return "expiresOn" in file and on > file["expiresOn"] and file["state"] in ALIVE and not exchanging


def state_on(file, on):
    if past_end(file, on):
        return "ended"
    return "suspended" if file["state"] == "active" and overdue(file, on) else file["state"]


def step_of(e):
    variant = {"acceptance": "purpose", "review": "decision", "endorsement": "decision", "revocation": "reason", "card-return": "reason"}.get(e["type"])
    if e["type"] == "issue":
        return "issue:" + e.get("replaces", "first")
    return e["type"] if variant is None else f"{e['type']}:{e[variant]}"


def without(file, *fields):
    return {k: v for k, v in file.items() if k not in fields}


def decided(file):
    return file["state"] == "suspended" or file.get("suspendedByDecision", False)


def accept(f, e):
    on, purpose = e["on"], e["purpose"]
    need(on >= "2009-10-01", "KIND_NOT_AVAILABLE", "on")
    need(is_date(e["dueOn"]) and on <= e["dueOn"] <= days(on, 30), "DATE_IMPOSSIBLE", "dueOn")
    need(len(set(e["missingPapers"])) == len(e["missingPapers"]), "INPUT_INVALID", "missingPapers")
    need(not decided(f), "STATE_NOT_ALLOWED", f"suspended-by-decision acceptance:{purpose}")
    need(purpose != "correction" or f.get("madeOn", f.get("issuedOn")) == on, "CORRECTION_TOO_LATE", "on")
    old = {} if purpose == "first" else {"oldCard": "lost" if purpose == "lost" else "out"}
    return {**f, **old, "state": "accepted", "acceptedOn": on, "purpose": purpose, "missingPapers": e["missingPapers"], "dueOn": e["dueOn"]}


def supplement(f, e):
    need(set(e["missingPapers"]) <= set(f["missingPapers"]), "STATE_NOT_ALLOWED", "accepted supplement names papers that the notice did not")
    return {**f, "missingPapers": e["missingPapers"]}


def review(f, e):
    need(not f["missingPapers"], "PAPERS_MISSING", str(len(f["missingPapers"])))
    if e["decision"] == "approved":
        return {**f, "state": "approved"}
    need(e.get("reason", "").strip(), "REASON_REQUIRED", "reason")
    if f["purpose"] == "first":
        return {**f, "state": "refused"}
    old = f.get("oldCard")
    kept = without(f, "purpose", "dueOn", "acceptedOn", *(["oldCard"] if old == "out" else []))
    return {**kept, "state": "lost" if old == "lost" else "active"}


def issue(f, e):
    on, kind, end, purpose = e["on"], e["kind"], e.get("expiresOn"), e.get("replaces", "first")
    need(end is None or (is_date(end) and end >= on), "DATE_IMPOSSIBLE", "expiresOn")
    need(f["state"] != "approved" or f["purpose"] == purpose, "STATE_NOT_ALLOWED", f"approved-for-{f.get('purpose')} issue:{purpose}")
    need(not decided(f), "STATE_NOT_ALLOWED", f"suspended-by-decision issue:{purpose}")
    need(purpose != "correction" or f["state"] == "approved" or f.get("madeOn", f.get("issuedOn")) == on, "CORRECTION_TOO_LATE", "on")
    begins = purpose == "first" or (purpose == "exchange" and "expiresOn" in f)
    same_terms = f.get("kind") == kind and f.get("expiresOn") == end
    if begins or (purpose == "correction" and not same_terms):
        need(on >= "2009-10-01", "KIND_NOT_AVAILABLE", "on")
        need(kind == 1 or on < "2016-01-01", "KIND_NOT_AVAILABLE", "kind")
        need((end is None) == (on >= "2016-01-01"), "INPUT_INVALID", "expiresOn")
    elif not same_terms:
        need(f.get("kind") == kind, "INPUT_INVALID", "kind")
        raise Refused("INPUT_INVALID", "expiresOn")
    old = {"oldCard": "lost"} if purpose == "lost" else {} if purpose == "first" or f["state"] in ("made", "approved") else {"oldCard": "out"}
    terms = {} if end is None else {"expiresOn": end}
    return {**without(f, "expiresOn"), **terms, **old, "state": "made", "kind": kind, "purpose": purpose, "madeOn": on, "issuedOn": on if begins else f["issuedOn"]}


def hand_over(f, e):
    old = f.get("oldCard")
    need(old != "out" or e["oldCard"] == "returned", "OLD_CARD_REQUIRED", f.get("purpose", "oldCard"))
    now = "returned" if e["oldCard"] == "returned" else old
    return {**without(f, "purpose", "dueOn", "acceptedOn", "oldCard"), "state": "active", **({} if now is None else {"oldCard": now})}


def endorse(f, e):
    on, day = e["on"], due(f)
    need(day is not None, "NOT_ELIGIBLE", "fixed-end")
    need(on >= months(day, -1), "ENDORSEMENT_TOO_EARLY", "before-window")
    if e["decision"] == "refused":
        need(e.get("reason", "").strip(), "REASON_REQUIRED", "reason")
        return {**f, "state": "ended", "ended": "not-qualified"}
    years = 1
    while months(months(f["issuedOn"], 12 * years), -1) <= on:
        years += 1
    return {**f, "goodUntil": months(f["issuedOn"], 12 * years), **({"yearsCountFrom": on} if overdue(f, on) else {})}


def move(f, e):
    need(is_date(e["changedOn"]) and e["changedOn"] <= e["on"], "DATE_IMPOSSIBLE", "changedOn")
    return f


def lose(f, on):
    state, old = f["state"], f.get("oldCard")
    if "madeOn" in f and on < f["madeOn"] and old in ("returned", "lost"):
        return {**f, "oldCard": "lost"}
    if state == "suspended":
        return {**f, "state": "lost", "suspendedByDecision": True}
    if state == "active":
        return {**f, "state": "lost"}
    if old == "out":
        return {**f, "oldCard": "lost", "purpose": "lost" if f["purpose"] == "damaged" else f["purpose"]}
    need(state == "made", "STATE_NOT_ALLOWED", f"{state} revocation:lost")
    return {**without(f, "purpose", "dueOn", "acceptedOn", "oldCard"), "state": "lost"}


def revoke(f, e):
    reason, on, state = e["reason"], e["on"], f["state"]
    need("issuedOn" in f, "STATE_NOT_ALLOWED", f"{state} revocation:{reason}")
    fits = 2 if reason == "decision" else 0 if reason == "restored" and state != "lost" else 1
    need(e["status"] == fits, "INPUT_INVALID", "status")
    if reason == "lost":
        return lose(f, on)
    if reason == "decision":
        need(not decided(f), "STATE_NOT_ALLOWED", "suspended-by-decision revocation:decision")
        return {**f, "state": "suspended"}
    if reason == "restored":
        need(decided(f), "STATE_NOT_ALLOWED", f"{'endorsement-overdue' if overdue(f, on) else state} revocation:restored")
        return {**without(f, "suspendedByDecision"), "state": "lost" if state == "lost" else "active"}
    assert reason in ENDS
    return {**f, "state": "ended", "ended": reason}


def take_back(f, e):
    return {**f, "oldCard": "returned"} if e["reason"] in ("replaced", "correction") and f.get("oldCard") in ("out", "lost") else f


DO = {"registration": lambda f, e: {**f, "state": "registered", "registeredOn": f.get("registeredOn", e["on"])}, "acceptance": accept, "supplement": supplement, "review": review,
      "issue": issue, "hand-over": hand_over, "endorsement": endorse, "residence-change": move, "revocation": revoke, "card-return": take_back}


def apply(file, e, table):
    on, step = e["on"], step_of(e)
    floors = ["issuedOn"] if e["type"] in ("revocation", "card-return") else ["registeredOn", "acceptedOn", "issuedOn", "madeOn"]
    need(is_date(on) and all(on >= (file or {}).get(floor, "") for floor in floors), "DATE_IMPOSSIBLE", "on")
    start = "none" if file is None else "past-end" if past_end(file, on) else state_on(file, on)
    need((start, step) in table, "STATE_NOT_ALLOWED", f"{start} {step}")
    after = DO[e["type"]](file or {"state": "registered", "missingPapers": []}, e)
    assert after["state"] in table[start, step], (start, step, after["state"])
    return after


def main():
    with open(sys.argv[1], encoding="utf-8") as opened:
        vectors = json.load(opened)
    table = {(row["from"], row["step"]): row["to"] for row in vectors["transitions"]}
    told = answers = 0
    wrong = []
    for life in vectors["lives"]:
        file = None
        for each in life["events"]:
            told += 1
            try:
                file = apply(file, each["event"], table)
                got = {"event": each["event"], "state": file["state"]}
            except Refused as refused:
                got = {"event": each["event"], "refused": refused.answer}
            if got != each:
                wrong.append(f"{life['name']}: {got}, the file says {each}")
        if file != life["file"]:
            wrong.append(f"{life['name']} ends as {file}, the file says {life['file']}")
        for asked in life["asked"]:
            answers += 1
            if state_on(file, asked["on"]) != asked["state"]:
                wrong.append(f"{life['name']} on {asked['on']}: {state_on(file, asked['on'])}, the file says {asked['state']}")
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"{told} steps, {answers} answers" if not wrong else f"{len(wrong)} disagreements")
    sys.exit(1 if wrong else 0)


main()
