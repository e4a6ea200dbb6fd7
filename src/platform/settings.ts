/** What an operator of the platform may tune. Times in seconds. */
export interface Settings {
  /** longest closure plus 7 days (platform.md) */
  readonly delegationSeconds: number;
  readonly trustListSeconds: number;
  /** a trust list is signed anew at the latest after this time */
  readonly trustListRenewal: number;
  readonly statusListSeconds: number;
  /** a status list is signed anew at the latest after this time: its age is part of every verdict */
  readonly statusListRenewal: number;
  readonly statusListTtl: number;
  /** `sub` of the status list and `uri` in every SOD: a name, not an address that is fetched */
  readonly statusListUri: string;
  readonly enrolmentCodeSeconds: number;
  readonly indexBlock: number;
  readonly numberBlock: number;
}

const day = 86_400;

export const defaultSettings: Settings = {
  delegationSeconds: 30 * day,
  trustListSeconds: 90 * day,
  trustListRenewal: 7 * day,
  statusListSeconds: 7 * day,
  statusListRenewal: 3_600,
  statusListTtl: 43_200,
  statusListUri: 'urn:wz:residence-permit:status-list:1',
  enrolmentCodeSeconds: day,
  indexBlock: 1_024,
  numberBlock: 1_000,
};
