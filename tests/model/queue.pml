/*
 * The queue between one terminal and the platform: firmware-specs/sync.md 3, 4, 4.1 and 4.2 as a Promela model for spin 6.5.
 *
 * Each transaction of the code is one indivisible step. What is asked, at every moment:
 *
 *   no loss           each captured record lies at the terminal or has been received by the platform (applied, waiting or in quarantine); excepted is
 *                     what was destroyed with a disk: captured after the copy that was restored, and not received before that
 *   no double effect  no record takes effect twice or enters the quarantine twice
 *   order             of the records of priority 0 about one permit that took effect the newest stands, though advances overtake one another
 *   no gap            the platform never misses what it gave a receipt for: SYNC_GAP is not answered
 *
 * The model has two networks.
 *
 *   Without SETTLES it is a set that only grows: every batch and advance that the terminal could have sent, and every receipt that the platform could have
 *   signed, comes at any later time, any number of times, or never. That is unlimited loss, doubling, reordering and delay; any number of requests in hand
 *   at once; and a kill of either side between any two steps, for neither side holds anything between two transactions but what it received or will send.
 *
 *   With SETTLES it has one place each way, and copying, losing, killing and advancing are limited in number; each step of intake.ts stands alone, and
 *   people act when a refusal tells them to. Then nothing may end (invalid end state) or go round (pan -l) but with everything received and the outbox empty.
 *
 * Records are their content, 1 to N in the order of capture: sealing is random, so a content is one capture. A chain hash h(n) is modelled as the contents
 * 1 to n themselves, three bits each: equal exactly when the chains are equal. Signatures are perfect; bytes that were damaged on the way are a lost message.
 * Each MISTAKE_… leaves one rule out. tests/model/queue.test.ts proves that every one of them is found.
 */
#ifndef N
#define N 4             /* records, at most 4 */
#endif
#ifndef EPOCHS
#define EPOCHS 2
#endif
#ifndef RESTORES
#define RESTORES 1      /* at most 2 */
#endif
#ifndef PRIORITY
#define PRIORITY 20     /* bits of the contents with priority 0: here 2 and 4, both about one permit that another terminal issues */
#endif
#ifndef POISON
#define POISON 8        /* bits of the contents that nobody can open: here 3 */
#endif

#define BIT(c) (1 << (c))
#define HAS(set, c) (((set) >> (c)) & 1)
#define PREFIX(hash, last, n) ((hash) >> (3 * ((last) - (n))))     /* h(n) out of h(last) */
#define CONTENT(hash, last, n) (PREFIX(hash, last, n) & 7)

/* The terminal's database: tables chain and record of src/outbox/migrations.ts. Pending are the numbers above t_acked. */
byte t_epoch = 1;
byte t_last;            /* next_seq - 1 */
byte t_acked;           /* acknowledged_seq; its hash is PREFIX(t_head, t_last, t_acked) */
short t_head;           /* h(t_last) */
byte t_pending;         /* bits of the pending contents; follows from the three above */
byte captured;          /* contents 1 to captured exist */

/* A copy of that database; b_epoch 0: none. */
byte b_epoch, b_last, b_acked, b_pending; short b_head;
byte restores;
byte destroyed;         /* bits of the contents that went with a disk */

/* The platform's database: terminals.epoch; intake_ledger of each epoch as its newest number and hash; contents; registries; quarantine. */
byte p_epoch = 1;
byte p_last[EPOCHS + 1];
short p_head[EPOCHS + 1];
byte known;             /* bits of the contents that were received, in a batch or ahead of one */
byte effected;          /* bits of the contents that took effect in the registries */
byte waiting;           /* bits of the contents in quarantine as PERMIT_UNKNOWN */
byte refused;           /* bits of the contents in quarantine for good */
byte ahead[5];          /* the number of this epoch for which an advance remembered a content; 0 none */
byte standing;          /* of the contents with priority 0 that took effect: the one that the permit's status follows */
bool permit;            /* the permit that records of priority 0 are about is known */

/* Never set: a violated assertion is reported by the name of what it asks. */
hidden byte no_loss, no_double_effect, in_order, no_gap;

#define PUSH 1
#define ADVANCE 2
#define RECEIPT 3
/* A batch or a receipt: the records first to last of the chain whose h(last) is `hash`; an advance: those of them with priority 0. */
typedef Message { byte kind; byte epoch; byte first; byte last; short hash };
#define MAKE(m, k, e, f, l, h) m.kind = k; m.epoch = e; m.first = f; m.last = l; m.hash = h
#define CLEAR(m) MAKE(m, 0, 0, 0, 0, 0)
#define COPY(to, from) MAKE(to, from.kind, from.epoch, from.first, from.last, from.hash)

/* ---- The terminal's transactions ---- */

/* src/outbox/queue.ts, append: the record and the chain's new head. */
inline enqueue() { captured++; t_last++; t_head = (t_head << 3) | captured; t_pending = t_pending | BIT(captured) }

/* DELETE FROM record WHERE seq <= number, and what is acknowledged moves up. */
inline delete_up_to(number) {
  do
  :: t_acked < number -> t_acked++; t_pending = t_pending & ~BIT(CONTENT(t_head, t_last, t_acked))
  :: else -> break
  od
}

/* src/outbox/queue.ts, acknowledge: epoch, range and hash are compared inside the transaction that deletes. */
inline acknowledge(r) {
  if
  :: r.epoch != t_epoch -> skip
  :: r.epoch == t_epoch && (r.last > t_last || r.first > t_acked + 1 || r.last <= t_acked) -> skip
  :: else ->
    if
#ifndef MISTAKE_RECEIPT_HASH
    :: PREFIX(t_head, t_last, r.last) != r.hash -> skip
#endif
    :: else -> delete_up_to(r.last)
    fi
  fi
}

/* src/outbox/queue.ts, beginEpoch: what is pending is numbered and chained anew from 1; its sealed bytes, its content, stay. */
inline begin_epoch(begun) {
  n = t_acked + 1; k = 0; s = 0;
#ifndef MISTAKE_NUMBERS_KEPT
  do
  :: n <= t_last -> s = (s << 3) | CONTENT(t_head, t_last, n); n++; k++
  :: else -> break
  od;
  t_head = s; t_last = k; t_acked = 0;
#endif
  t_epoch = begun;
  n = 0; k = 0; s = 0
}

/* SQLite's snapshot of the whole database. */
inline copy_database() { b_epoch = t_epoch; b_last = t_last; b_acked = t_acked; b_head = t_head; b_pending = t_pending }

/* The disk is gone and the copy takes its place. */
inline restore() {
  restores++;
  destroyed = destroyed | (t_pending & ~b_pending & ~(effected | waiting | refused));
  t_epoch = b_epoch; t_last = b_last; t_acked = b_acked; t_head = b_head; t_pending = b_pending;
  if
  :: restores == RESTORES -> b_epoch = 0; b_last = 0; b_acked = 0; b_head = 0; b_pending = 0
  :: else -> skip
  fi
}

/* ---- The platform's transactions ---- */

/* SqliteEffects, once for each content; a permit's status is told from its events in the order of their own times (src/platform/intake/life.ts). */
inline effect(content) {
  if
  :: HAS(effected, content) -> assert(no_double_effect)
  :: else -> skip
  fi;
  effected = effected | BIT(content);
  if
#ifndef MISTAKE_ORDER_OF_ARRIVAL
  :: HAS(PRIORITY, content) && content < standing -> skip
#endif
  :: HAS(PRIORITY, content) && content >= standing -> standing = content
#ifdef MISTAKE_ORDER_OF_ARRIVAL
  :: HAS(PRIORITY, content) && content < standing -> standing = content
#endif
  :: else -> skip
  fi;
  if
  :: (effected & PRIORITY) >> (standing + 1) != 0 -> assert(in_order)
  :: else -> skip
  fi
}

/* SqliteRecordStore.#applyRecord: an effect, or a place in the quarantine. A second row there would be a second effect when its permit comes. */
inline apply_record(content) {
  if
  :: HAS(refused | waiting, content) -> assert(no_double_effect)
  :: else -> skip
  fi;
  if
  :: HAS(POISON, content) -> refused = refused | BIT(content)
  :: HAS(PRIORITY & ~POISON, content) && !permit -> waiting = waiting | BIT(content)
  :: else -> effect(content)
  fi;
  known = known | BIT(content)
}

/* SqliteRecordStore.#applyWaiting, in the transaction that brings the permit: in the order of capture. */
inline bring_permit() {
  permit = true;
  c = 1;
  do
  :: c <= N && HAS(waiting, c) -> effect(c); waiting = waiting & ~BIT(c); c++
  :: c <= N && !HAS(waiting, c) -> c++
  :: else -> break
  od;
  c = 0
}

/* src/platform/storage/terminal-store.ts, beginEpoch. */
inline new_epoch() {
  p_epoch++;
  ahead[1] = 0; ahead[2] = 0; ahead[3] = 0; ahead[4] = 0;
#ifdef MISTAKE_CONTENT_OF_THIS_EPOCH
  known = 0;
#endif
  d = 0
}

#define SYNC_EPOCH 1
#define SYNC_FORK 2
#define SYNC_GAP 3
#define HELD p_last[p_epoch]
#define HEAD p_head[p_epoch]
/* SqliteRecordStore.#check: `code` 0 taken, else refused. Where the last number of a batch that both sides have is equal, all before it is: a hash holds all. */
inline check(m) {
  code = 0;
  if
  :: m.epoch != p_epoch -> code = SYNC_EPOCH
  :: m.epoch == p_epoch && m.kind == PUSH && m.first > HELD + 1 -> code = SYNC_GAP; assert(no_gap)
  :: else ->
    if
    :: m.kind == PUSH && m.last <= HELD && PREFIX(HEAD, HELD, m.last) != m.hash -> code = SYNC_FORK
    :: m.kind == PUSH && m.last > HELD && PREFIX(m.hash, m.last, HELD) != HEAD -> code = SYNC_FORK
    :: else -> skip
    fi;
    n = m.first;
    do
    :: n <= m.last ->
      c = CONTENT(m.hash, m.last, n);
      if
      :: m.kind == ADVANCE && !HAS(PRIORITY, c) -> skip
      /* An advance tells no hash of a chain: each of its records is compared with what came under its number. */
      :: m.kind == ADVANCE && HAS(PRIORITY, c) && n <= HELD && CONTENT(HEAD, HELD, n) != c -> code = SYNC_FORK
      /* What an advance remembered for a number is what must come under it. */
      :: else -> k = 1; do :: k <= N -> if :: ahead[k] == n && k != c -> code = SYNC_FORK :: else -> skip fi; k++ :: else -> break od; k = 0
      fi;
      n++
    :: else -> break
    od;
    n = 0; c = 0
  fi
}

/* SqliteRecordStore.#apply: each record of a number that was not seen, and of those each content that was not received. */
inline apply_batch(m) {
  n = m.first;
  do
  :: n <= m.last ->
    c = CONTENT(m.hash, m.last, n);
    if
#ifndef MISTAKE_SEEN_NUMBER
    :: n <= HELD -> skip
#else
    :: n <= HELD -> apply_record(c)
#endif
#ifdef MISTAKE_WAITING_AGAIN
    :: n > HELD && HAS(known & ~waiting, c) -> skip
#elif !defined(MISTAKE_CONTENT_FORGOTTEN)
    :: n > HELD && HAS(known, c) -> skip
#endif
    :: else -> apply_record(c)
    fi;
    n++
  :: else -> break
  od;
  if
  :: m.last > HELD -> HELD = m.last; HEAD = m.hash
  :: else -> skip
  fi;
  n = 0; c = 0
}

/* sync.md 4.1: each record of priority 0 that is new and can be applied; the others come in their turn. */
inline apply_advance(m) {
  n = m.first;
  do
  :: n <= m.last ->
    c = CONTENT(m.hash, m.last, n);
    if
    :: permit && HAS(PRIORITY & ~POISON & ~known, c) ->
      effect(c);
#ifndef MISTAKE_ADVANCE_FORGOTTEN
      known = known | BIT(c); ahead[c] = n;
#endif
      d = 0
    :: else -> skip
    fi;
    n++
  :: else -> break
  od;
  n = 0; c = 0
}

inline apply(m) {
  check(m);
  if
  :: code == 0 && m.kind == PUSH -> apply_batch(m)
  :: code == 0 && m.kind == ADVANCE -> apply_advance(m)
  :: else -> skip
  fi
}

/* ---- Processes of both networks ---- */

active proctype NoLoss() {
end:
  atomic { ((BIT(captured + 1) - 2) & ~(t_pending | effected | waiting | refused | destroyed)) != 0 -> assert(no_loss) }
}

/* Another terminal's issue record brings the permit, some time or never. */
active proctype Elsewhere() {
  byte c;
end:
  d_step { !permit -> bring_permit() }
}

#ifndef SETTLES
/* ---- Unlimited faults: the network is a set that only grows ---- */

/* Chains of the terminal before each restore: what they sent is still on its way. Empty when it can be answered SYNC_EPOCH only. */
byte dead_last[3];
short dead_head[3];

active proctype Terminal() {
  byte n, k; short s;
  Message m;
end:
  do
  :: d_step { captured < N -> enqueue() }
  /* A receipt for some numbers 1 to k of an epoch's ledger; what it was asked for began at or before the oldest pending. */
  :: atomic {
      p_last[t_epoch] > t_acked ->
      k = t_acked + 1;
      do
      :: k < p_last[t_epoch] -> k++
      :: break
      od;
      d_step {
        MAKE(m, RECEIPT, t_epoch, 1, k, PREFIX(p_head[t_epoch], p_last[t_epoch], k));
        acknowledge(m);
        CLEAR(m); k = 0
      }
    }
#ifdef MISTAKE_RECEIPT_BEFORE_COMMIT
  /* A receipt for a batch that was taken, and whose transaction may never commit. */
  :: d_step { t_acked < t_last && t_epoch == p_epoch -> MAKE(m, RECEIPT, t_epoch, t_acked + 1, t_last, t_head); acknowledge(m); CLEAR(m) }
#endif
#ifdef MISTAKE_DELETED_WHEN_SENT
  :: d_step { t_acked < t_last -> delete_up_to(t_last); k = 0 }
#endif
  :: d_step { restores < RESTORES -> copy_database() }
  :: d_step {
      restores < RESTORES && b_epoch != 0 ->
      if
      :: t_epoch == p_epoch -> dead_last[restores] = t_last; dead_head[restores] = t_head
      :: else -> skip
      fi;
      restore()
    }
  /* An operator confirms an epoch that the platform began, the newest or, by an answer of long ago, one before it. */
  :: atomic {
      t_epoch < p_epoch ->
      k = t_epoch + 1;
      do
      :: k < p_epoch -> k++
      :: break
      od;
      d_step { m.epoch = k; begin_epoch(m.epoch); CLEAR(m) }
    }
  od
}

/* An administrator begins an epoch: told of a fork, or out of caution. */
active proctype Administrator() {
  byte d;
end:
  do
  :: d_step { p_epoch < EPOCHS -> new_epoch(); dead_last[0] = 0; dead_head[0] = 0; dead_last[1] = 0; dead_head[1] = 0 }
  od
}

/* Any batch or advance that any of the terminal's chains could have sent. Numbers that were acknowledged before it are repeated in it: that is harmless.
 * An advance of several is several of one. */
active proctype Platform() {
  byte n, c, d, k, code; short s;
  Message m;
end:
  do
  :: atomic {
      if
      :: t_epoch == p_epoch && t_last > 0 -> k = t_last; s = t_head
      :: dead_last[0] > 0 -> k = dead_last[0]; s = dead_head[0]
      :: dead_last[1] > 0 -> k = dead_last[1]; s = dead_head[1]
      fi;
      do
      :: k > 1 -> k--; s = s >> 3
      :: break
      od;
      if
      :: MAKE(m, PUSH, p_epoch, 1, k, s)
      :: MAKE(m, ADVANCE, p_epoch, k, k, s)
      fi;
      k = 0; s = 0;
      d_step { apply(m); CLEAR(m); code = 0 }
    }
  od
}

/* The batches above all begin at 1; that none had to begin beyond what the platform holds is this. */
active proctype NoGap() {
end:
  atomic { t_acked > p_last[t_epoch] -> assert(no_gap) }
}
#else
/* ---- Bounded faults: one place each way ---- */

#ifndef KILLS
#define KILLS 2         /* kills, lost messages included: of a side that had taken a message and done nothing with it */
#endif
#define DOUBLES 1
#define ADVANCES 2

Message request, response;
Message asked;          /* what the terminal waits for an answer to */
bool waits;
bool forked;            /* the answer was SYNC_FORK: the terminal stops until an administrator begins an epoch */
bool outdated;          /* the answer was SYNC_EPOCH: it stops until an operator confirms the new one */
byte kills, doubles, advances;
bool busy;              /* the platform has a request in hand */

/* A timeout that is never too early, so that to wait for nobody is not a way to go round for ever. */
#define MAY_SEND (!forked && !outdated && (!waits || (request.kind == 0 && response.kind == 0 && !busy)))
#define SAME(a, b) (a.kind == b.kind && a.epoch == b.epoch && a.first == b.first && a.last == b.last && a.hash == b.hash)
#define TAKE(place, m) \
  COPY(m, place); \
  if \
  :: CLEAR(place) \
  :: doubles < DOUBLES -> doubles++ \
  fi

active proctype Terminal() {
  byte n, k; short s;
  Message m;
  do
  :: d_step { captured < N -> enqueue() }

  /* src/sync/push.ts, batchAfter: the oldest pending records, as many as fit. */
  :: atomic {
      t_acked < t_last && MAY_SEND ->
      k = t_acked + 1;
      do
      :: k < t_last -> k++
      :: break
      od;
      d_step { MAKE(m, PUSH, t_epoch, t_acked + 1, k, PREFIX(t_head, t_last, k)); COPY(request, m); COPY(asked, m); waits = true; CLEAR(m); k = 0 }
    }
  :: d_step {
      advances < ADVANCES && (t_pending & PRIORITY) != 0 && MAY_SEND ->
      advances++;
      MAKE(m, ADVANCE, t_epoch, t_acked + 1, t_last, t_head); COPY(request, m); COPY(asked, m); waits = true; CLEAR(m)
    }
  :: atomic {
      response.kind != 0 -> TAKE(response, m);
      if
      :: d_step { acknowledge(m); waits = false }
      :: kills < KILLS -> kills++
      fi;
      CLEAR(m)
    }

  :: d_step { restores < RESTORES && b_epoch == 0 -> copy_database() }
  :: d_step { restores < RESTORES && b_epoch != 0 -> restore(); waits = false }
  :: d_step { outdated && t_epoch < p_epoch -> outdated = false; m.epoch = p_epoch; begin_epoch(m.epoch); CLEAR(m) }
  :: captured == N && t_acked == t_last -> break
  od
}

#ifndef MISTAKE_FORK_UNANSWERED
active proctype Administrator() {
  byte d;
end:
  do
  :: d_step { forked && p_epoch < EPOCHS -> forked = false; new_epoch() }
  od
}
#endif

/* A refusal reaches somebody only as the answer to what was asked last; then the terminal shows it and tries no more. */
inline refuse(m) {
  if
  :: SAME(m, asked) && m.epoch == t_epoch -> waits = false; forked = (code == SYNC_FORK); outdated = (code == SYNC_EPOCH)
  :: else -> skip
  fi
}

/* src/platform/intake/intake.ts, push: check; prepare; apply, which checks again; sign. A kill is possible between any two. */
active proctype Platform() {
  byte n, c, d, k, code, seen;
  Message m;
end:
  do
  :: atomic { request.kind != 0 -> TAKE(request, m); busy = true };
    if
    :: kills < KILLS -> kills++; goto stopped
    :: d_step { check(m); seen = HELD; if :: code != 0 -> refuse(m) :: else -> skip fi }
    fi;
    if
    :: code != 0 -> goto stopped
    :: else -> skip
    fi;
    if
    :: kills < KILLS -> kills++; goto stopped
#ifdef MISTAKE_POISON_REFUSED
    /* A record that cannot be opened refuses its batch. */
    :: HAS(POISON, CONTENT(m.hash, m.last, m.last)) -> goto stopped
#endif
    /* What was prepared begins above `seen`; the ledger only grows meanwhile, or the epoch has changed. */
    :: d_step { apply(m); if :: code != 0 -> refuse(m) :: code == 0 && seen > HELD -> assert(no_gap) :: else -> skip fi }
    fi;
    if
    :: code == 0 && m.kind == PUSH ->
      if
      :: kills < KILLS -> kills++
      :: atomic { MAKE(response, RECEIPT, m.epoch, m.first, m.last, m.hash) }
      fi
    :: else -> skip
    fi;
stopped:
    atomic { CLEAR(m); code = 0; seen = 0; busy = false }
  od
}
#endif
