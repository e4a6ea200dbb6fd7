import { ethnicGroupNames, type ApplicationForm, type FormDraft } from '../../../../contract/index.js';
import { wholeAddress } from './form-content.js';
import type { CardFace } from '../../../print/documents.js';

export interface FaceFacts {
  readonly photo: string | undefined;
  readonly issued: FormDraft['issued'];
  /** county and town of the address */
  readonly division: string | null;
  readonly authority: string | undefined;
}

/** What is printed on the body of the card. Null: something of the ten legal fields (Order 663 Art. 4) is not known here. */
export const cardFaceOf = (form: Readonly<ApplicationForm>, { photo, issued, division, authority }: FaceFacts): CardFace | null => {
  const { name, sex, birth, idNumber, registeredAddress, address, kind = 'residence' } = form;
  const ethnicGroup = ethnicGroupNames.find(({ code }) => code === form.ethnicGroup)?.zh;
  if (issued === undefined || photo === undefined || division === null || authority === undefined) return null;
  if (name === undefined || sex === undefined || birth === undefined || idNumber === undefined || registeredAddress === undefined || address === undefined || ethnicGroup === undefined) return null;
  // The day that stands on the chip: another card of a permit keeps it, and today is not always the day of issue.
  const { permitNumber, can, issuedOn } = issued;
  if (issuedOn === undefined) return null;
  return { document: 'card-face', permitNumber, can, kind, name, sex, ethnicGroup, birth, idNumber, photo, registeredAddress, residenceAddress: wholeAddress(division, address), issuer: authority, issued: issuedOn };
};
