import type { Generated } from 'kysely';

/** A card-verifiable certificate, the whole 7F21, with what it is looked up by. */
interface CvColumns {
  holder_reference: string;
  authority_reference: string;
  effective: string;
  expires: string;
  certificate: Uint8Array;
  created_at: number;
}

/**
 * The tables, as docs/platform.md describes them. Times are seconds since 1970 UTC, dates "YYYY-MM-DD". `person_key` is the HMAC of the ID number and
 * stands first in the primary key of every table of a person. Columns called `box` are sealed under the data key; nothing else holds personal data.
 * `origin_*` names the captured record that had this effect; null when an officer acted on the platform itself.
 */
export interface Tables {
  meta: { key: string; value: string };
  terminals: {
    id: string;
    name: string;
    ed25519: Uint8Array;
    x25519: Uint8Array;
    prefixes: string;
    epoch: number;
    state: 'active' | 'blocked';
    enrolled_at: number;
    blocked_at: number | null;
    rights: string;
    departments: string;
  };
  enrolment_codes: {
    hash: Uint8Array;
    name: string;
    prefixes: string;
    created_at: number;
    expires_at: number;
    terminal_id: string | null;
    used_at: number | null;
    rights: string;
    departments: string;
  };
  cvca_certificates: CvColumns & { generation: number };
  document_verifier_certificates: CvColumns & { number: number };
  terminal_certificates: CvColumns & { terminal_id: string; number: number };
  delegations: { cti: Uint8Array; terminal_id: string; valid_from: number; valid_until: number; first_index: number; last_index: number; token: Uint8Array };
  index_blocks: { first: number; last: number; terminal_id: string; highest: number | null };
  number_blocks: { division: string; year: number; kind: number; first: number; last: number; terminal_id: string; highest: number | null };
  blanks: {
    serial: string;
    terminal_id: string | null;
    state: 'stock' | 'allotted' | 'used' | 'spoiled' | 'returned';
    reason: string | null;
    origin_terminal: string | null;
    origin_epoch: number | null;
    origin_seq: number | null;
  };
  trust_lists: { number: number; issued_at: number; valid_until: number; token: Uint8Array };
  status_shards: { shard: number; packed: Uint8Array };
  residents: {
    person_key: Uint8Array;
    current_terminal: string;
    current_epoch: number;
    current_seq: number;
    captured_at: number;
    created_at: number;
    updated_at: number;
  };
  captures: { person_key: Uint8Array; origin_terminal: string; origin_epoch: number; origin_seq: number; permit_number: string; captured_at: number; box: Uint8Array };
  permits: {
    person_key: Uint8Array;
    permit_number: string;
    kind: number;
    serial: string;
    status_index: number;
    issued_on: string;
    expires_on: string | null;
    status: number;
    duplicate: number;
    issued_at: number;
    origin_terminal: string;
    origin_epoch: number;
    origin_seq: number;
    state: string;
    good_until: string | null;
    years_count_from: string | null;
    ended: string | null;
  };
  cards: {
    serial: string;
    permit_number: string;
    status_index: number;
    status: number;
    issued_at: number;
    replaced: string | null;
    thumbprint: Uint8Array | null;
    origin_terminal: string;
    origin_epoch: number;
    origin_seq: number;
  };
  events: {
    origin_terminal: string;
    origin_epoch: number;
    origin_seq: number;
    type: string;
    permit_number: string | null;
    receipt: string | null;
    person_key: Uint8Array | null;
    at: number;
    applied: number;
    code: string | null;
    facts: string;
    box: Uint8Array | null;
    terminated: number | null;
  };
  pin_events: { origin_terminal: string; origin_epoch: number; origin_seq: number; permit_number: string; action: string; at: number; box: Uint8Array };
  applications: {
    receipt: string;
    person_key: Uint8Array;
    state: string;
    purpose: string | null;
    due_on: string | null;
    permit_number: string | null;
    missing_papers: number;
    at: number;
  };
  fees: {
    origin_terminal: string;
    origin_epoch: number;
    origin_seq: number;
    day: string;
    at: number;
    box: Uint8Array;
    receipt: string;
    permit_number: string;
    item: string;
    fen: number;
  };
  reconciliations: {
    origin_terminal: string;
    origin_epoch: number;
    origin_seq: number;
    day: string;
    at: number;
    box: Uint8Array;
    fee_count: number;
    fee_fen: number;
    fee_counted: number;
    opening: number;
    received: number;
    issued: number;
    spoiled: number;
    counted: number;
  };
  operators: { id: string; role: string; disabled: number; box: Uint8Array };
  operator_divisions: { operator_id: string; prefix: string };
  config: { name: string; version: number; contents: Uint8Array; issued_at: number };
  advances: { terminal: string; epoch: number; seq: number; content: Uint8Array; outcome: 'applied' | 'quarantined'; code: string | null };
  status_changes: {
    id: Generated<number>;
    permit_number: string;
    status_index: number;
    from_status: number;
    to_status: number;
    reason: string;
    box: Uint8Array;
    at: number;
    origin_terminal: string | null;
    origin_epoch: number | null;
    origin_seq: number | null;
  };
  verifications: {
    origin_terminal: string;
    origin_epoch: number;
    origin_seq: number;
    permit_number: string | null;
    result: string;
    reason: string;
    mode: string;
    at: number;
    access: string | null;
    purpose: string | null;
    box: Uint8Array | null;
  };
  check_views: {
    origin_terminal: string;
    origin_epoch: number;
    origin_seq: number;
    permit_number: string | null;
    checked_at: number;
    at: number;
    box: Uint8Array;
  };
  person_looks: { person_key: Uint8Array; look_id: Uint8Array; terminal_id: string; purpose: string; permits: number; at: number; box: Uint8Array };
  intake_ledger: {
    terminal: string;
    epoch: number;
    seq: number;
    hash: Uint8Array;
    type: string;
    outcome: 'applied' | 'quarantined' | 'repeated';
    code: string | null;
    received_at: number;
    content: Uint8Array | null;
  };
  quarantine: {
    terminal: string;
    epoch: number;
    seq: number;
    type: string;
    code: string;
    detail: string;
    permit_number: string | null;
    captured_at: number;
    sealed: Uint8Array;
    state: 'waiting' | 'resolved';
    serial: string | null;
    retry: number;
  };
}
