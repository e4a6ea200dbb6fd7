import type { AcceptanceRecord, CapturedRecord, EndorsementRecord, FailureCode, RegistrationRecord, ResidenceChangeRecord } from '../../contract/index.js';
import { encodeCbor } from '../../cose/index.js';
import {
  checkIdNumber,
  dateInChina,
  decodeEndorsement,
  decodeResidence,
  parseSigned,
  permitTyp,
  StatusList,
  verifyEndorsement,
  verifyResidence,
  type AuthenticObject,
  type Binding,
  type BoundTo,
  type LifeCycleEvent,
  type TrustContext,
} from '../../permit/index.js';
import type { Boxes } from '../boxes.js';
import type { Needs, Origin, Prepared } from './prepared.js';

export interface EventContext extends TrustContext {
  readonly boxes: Boxes;
}
type EventRecord = Exclude<CapturedRecord, { type: 'issue' | 'verification' | 'check-viewed' | 'revocation' | 'spoiled' }>;

/** Stands for a written reason where only its being there matters: the text itself is boxed, it may name somebody. */
const written = (reason: string | undefined): { reason?: string } => (reason === undefined ? {} : { reason: 'written' });

export const refuseRecord = (code: FailureCode, detail: string): Prepared => ({ kind: 'refused', code, detail });

/** The key of a box that belongs to one captured record. */
export const originKey = ({ terminal, epoch, seq }: Origin): Uint8Array => encodeCbor([terminal, epoch, seq]);

const needs = (permitNumber?: string, serial?: string, thumbprint?: Uint8Array): Needs => ({ permitNumber, serial, thumbprint });

/** The registry itself vouches for a card: an object that waits for its card is refused nothing for a list that was published before the card came. */
const registry = new StatusList(Uint8Array.of(0), 'registry', 0, 0, 0);
const boundTo = (number: string, { thumbprint }: Binding): BoundTo => ({ permit: { number }, thumbprint, sod: { statusList: { index: 0, uri: registry.uri } } });

const ownObject = <T extends Binding>(result: AuthenticObject<T>, terminal: string): T | string => {
  if (!result.ok) return result.reason;
  return result.delegation.terminal === terminal ? result.object : 'delegation-of-another-terminal';
};

/** The object with all that can be verified without the card; whose chip it is bound to is compared in the registry. A text: why not. Throws PayloadError. */
const endorsementOf = (record: EndorsementRecord, bytes: Uint8Array, { terminal }: Origin, context: TrustContext): Binding | string => {
  const card = boundTo(record.permitNumber, decodeEndorsement(parseSigned(bytes, permitTyp.endorsement).payload));
  return ownObject(verifyEndorsement(bytes, card, { ...context, statusList: registry }), terminal);
};
const residenceOf = (record: ResidenceChangeRecord, { terminal }: Origin, context: TrustContext): Binding | string => {
  const card = boundTo(record.permitNumber, decodeResidence(parseSigned(record.object, permitTyp.residence).payload));
  return ownObject(verifyResidence(record.object, card, { ...context, statusList: registry }), terminal);
};

const personOf = (record: RegistrationRecord | AcceptanceRecord, boxes: Boxes): Uint8Array | undefined => {
  const { idNumber, birth, sex } = record.application;
  return checkIdNumber(idNumber.toUpperCase(), birth, sex).ok ? boxes.personKey(idNumber) : undefined;
};

/** Everything of a life-cycle, PIN, fee or reconciliation record that needs no registry. Throws PayloadError for an object that is none. */
export const prepareEvent = (record: EventRecord, plain: Uint8Array, origin: Origin, context: EventContext): Prepared => {
  const { boxes } = context;
  const on = dateInChina(record.at);
  const event = (facts: LifeCycleEvent, needed: Needs, more: { receipt?: string; personKey?: Uint8Array } = {}): Prepared => ({
    kind: 'event',
    type: facts.type,
    needs: needed,
    receipt: more.receipt,
    personKey: more.personKey,
    at: record.at,
    facts,
    box: boxes.seal('events', originKey(origin), plain),
    terminated: record.type === 'card-return' ? record.terminated === true : undefined,
  });
  switch (record.type) {
    case 'registration': {
      const personKey = personOf(record, boxes);
      return personKey === undefined ? refuseRecord('RECORD_REFUSED', 'id-number-check') : event({ type: 'registration', on }, needs(), { receipt: record.voucher, personKey });
    }
    case 'acceptance': {
      const { receipt, purpose, missingPapers, dueOn } = record;
      const personKey = personOf(record, boxes);
      if (personKey === undefined) return refuseRecord('RECORD_REFUSED', 'id-number-check');
      if (purpose !== 'first' && record.permitNumber === undefined) return refuseRecord('RECORD_REFUSED', 'permit-unnamed');
      return event({ type: 'acceptance', on, purpose, missingPapers, dueOn }, needs(record.permitNumber), { receipt, personKey });
    }
    case 'supplement':
      return event({ type: 'supplement', on, missingPapers: record.missingPapers }, needs(), { receipt: record.receipt });
    case 'review':
      return event({ type: 'review', on, decision: record.decision, ...written(record.reason) }, needs(), { receipt: record.receipt });
    case 'hand-over':
      return event({ type: 'hand-over', on, oldCard: record.oldCard }, needs(record.permitNumber, record.serial));
    case 'endorsement': {
      const facts = { type: 'endorsement', on, decision: record.decision, ...written(record.reason) } as const;
      if (record.decision === 'refused') return event(facts, needs(record.permitNumber, record.serial));
      if (record.object === undefined) return refuseRecord('RECORD_REFUSED', 'endorsement-missing');
      const object = endorsementOf(record, record.object, origin, context);
      return typeof object === 'string' ? refuseRecord('RECORD_REFUSED', object) : event(facts, needs(record.permitNumber, record.serial, object.thumbprint));
    }
    case 'residence-change': {
      const object = residenceOf(record, origin, context);
      if (typeof object === 'string') return refuseRecord('RECORD_REFUSED', object);
      return event({ type: 'residence-change', on, changedOn: record.changedOn }, needs(record.permitNumber, undefined, object.thumbprint));
    }
    case 'card-return':
      if (record.serial === undefined && record.permitNumber === undefined) return refuseRecord('RECORD_REFUSED', 'card-unnamed');
      return event({ type: 'card-return', on, reason: record.reason }, needs(record.permitNumber, record.serial));
    case 'pin': {
      const { permitNumber, action, at } = record;
      return { kind: 'pin', permitNumber, action, at, box: boxes.seal('pin_events', originKey(origin), plain) };
    }
    case 'fee': {
      const { receipt, permitNumber, item, fen, at } = record;
      return { kind: 'fee', receipt, permitNumber, item, fen, day: on, at, box: boxes.seal('fees', originKey(origin), plain) };
    }
    case 'reconciliation': {
      const { day, fees, blanks, at } = record;
      return { kind: 'reconciliation', day, fees, blanks, at, box: boxes.seal('reconciliations', originKey(origin), plain) };
    }
  }
};
