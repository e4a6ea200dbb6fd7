import { idNumberCheckCharacter, applyEvent, type LifeCycleEvent, type PermitApplication, type PermitFile } from '../../src/permit/index.js';

/** Invented lives of permits: what the tests of the law and of the life cycle tell in events. */

/** The file after all of these; throws where one is refused, for a test says which one is. */
export const live = (events: readonly LifeCycleEvent[], from?: PermitFile): PermitFile => {
  let file = from;
  for (const event of events) {
    const result = applyEvent(file, event);
    if (!result.ok) throw new Error(`${event.type} on ${event.on}: ${result.code} ${result.detail}`);
    file = result.file;
  }
  if (file === undefined) throw new Error('a life begins with an event');
  return file;
};

/** `CODE detail` of what refuses the event, or `taken`. */
export const refusal = (file: PermitFile | undefined, event: LifeCycleEvent): string => {
  const result = applyEvent(file, event);
  return result.ok ? 'taken' : `${result.code} ${result.detail}`;
};

export const handedOver = (on: string): LifeCycleEvent => ({ type: 'hand-over', on, oldCard: 'none' });
export const accepted = (on: string, dueOn: string, missingPapers: readonly string[] = []): LifeCycleEvent => ({ type: 'acceptance', on, purpose: 'first', missingPapers, dueOn });
export const approved = (on: string): LifeCycleEvent => ({ type: 'review', on, decision: 'approved' });
/** Issued under the rules of 2016 and in use. */
export const activeSince = (on: string): PermitFile => live([{ type: 'issue', on, kind: 1 }, handedOver(on)]);
/** Issued under the rules of 2013, with an end, and in use. */
export const activeUntil = (on: string, expiresOn: string, kind: 1 | 2 = 1): PermitFile => live([{ type: 'issue', on, kind, expiresOn }, handedOver(on)]);

export const idOf = (birth: string, sequence = '901'): string => {
  const digits = `341221${birth.replaceAll('-', '')}${sequence}`;
  return digits + idNumberCheckCharacter(digits);
};

/** Somebody of 1985 with job, home and three insured years, registered since 2009. */
export const applicant = (over: Partial<PermitApplication> = {}): PermitApplication => {
  const birth = over.birth ?? '1985-05-05';
  const since = '2009-10-01' > birth ? '2009-10-01' : birth;
  return {
    name: '李样例',
    sex: 1,
    ethnicGroup: 1,
    birth,
    idNumber: idOf(birth),
    residence: { division: '330302006001', since },
    kind: 'residence',
    registeredOn: since,
    grounds: ['employment', 'housing'],
    insuranceYears: 3,
    ...over,
  };
};
