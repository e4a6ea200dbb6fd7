import { application, done, failed, type Outcome, type ResidenceChangeRecord } from '../contract/index.js';
import {
  dateInChina,
  decodeResidence,
  encodeResidence,
  findDivision,
  inArea,
  isFullDate,
  parseSigned,
  permitTyp,
  residenceChangeLate,
  verifyResidence,
  type Residence,
} from '../permit/index.js';
import type { CardUpdate, UpdateContext } from './ports.js';
import { updateCard, type Updated } from './update-card.js';

export interface ResidenceChange {
  /** The whole residence as it is from now on, in the shape of the application's. */
  readonly residence: unknown;
  /** Day of the move or of the new employment, YYYY-MM-DD. */
  readonly changedOn: string;
  /** Operator id. */
  readonly by: string;
  /** Days within which a change must be reported; later it is `late`, and done all the same. Zhejiang 2016 Art. 13 and 19: 10. */
  readonly changeDays?: number;
  /** The permit that is meant; CARD_OTHER_PERMIT for another one's card. */
  readonly permitNumber?: string;
}

type NewResidence = Pick<Residence, 'division' | 'address' | 'rentalHouse' | 'employer' | 'since'>;

/**
 * Change of address or workplace (变更). The division must be in force today and in the area of this terminal's delegation. A permit whose endorsement was missed is
 * served too: the duty to report does not rest.
 */
export async function changeResidence(ctx: UpdateContext, change: ResidenceChange): Promise<Outcome<Updated>> {
  const today = dateInChina(ctx.clock.now());
  const checked = checkChange(change, today);
  if (!checked.ok) return checked;
  const { changedOn, by, changeDays = 10 } = change;
  const late = residenceChangeLate(changedOn, today, changeDays);
  return updateCard<Residence>(ctx, {
    target: 'residence',
    typ: permitTyp.residence,
    residence: true,
    evenIfOverdue: true,
    permitNumber: change.permitNumber,
    same: (update) => sameChange(update, checked.value, changedOn),
    decide: (_, binding, { delegation }) =>
      inArea(delegation, checked.value.division) ? done({ ...binding, ...checked.value }) : failed('SIGNER_NOT_ENTITLED', 'delegation-area'),
    encode: encodeResidence,
    verify: verifyResidence,
    record: ({ permitNumber, signedAt }, object): ResidenceChangeRecord => ({ type: 'residence-change', permitNumber, object, changedOn, late, by, at: signedAt }),
  });
}

/** INPUT_INVALID names the fields. */
function checkChange({ residence, changedOn }: ResidenceChange, today: string): Outcome<NewResidence> {
  const parsed = application.shape.residence.safeParse(residence);
  if (!parsed.success) return failed('INPUT_INVALID', [...new Set(parsed.error.issues.map((issue) => ['residence', ...issue.path].join('.')))].join(','));
  const { division, address, rentalHouse, employer, since } = parsed.data;
  for (const [field, date] of Object.entries({ changedOn, 'residence.since': since })) {
    if (!isFullDate(date) || date > today) return failed('DATE_IMPOSSIBLE', field);
  }
  if (findDivision(division, today) === undefined) return failed('DIVISION_UNKNOWN', 'residence.division');
  return done({ division, address, since, ...(rentalHouse === undefined ? {} : { rentalHouse }), ...(employer === undefined ? {} : { employer }) });
}

function sameChange({ target, object, record }: CardUpdate, wanted: NewResidence, changedOn: string): boolean {
  if (target !== 'residence' || record?.type !== 'residence-change' || record.changedOn !== changedOn) return false;
  const begun = decodeResidence(parseSigned(object, permitTyp.residence).payload);
  return (['division', 'address', 'rentalHouse', 'employer', 'since'] as const).every((field) => begun[field] === wanted[field]);
}
