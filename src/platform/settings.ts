/** What an operator of the platform may tune. Times in seconds. */
export interface Settings {
  /** at least twice the longest closure and 7 days, whatever is set here (sync.md 5.1) */
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
  /** requests with a body that are worked on at the same time; more are answered 503 (sync.md 4.3) */
  readonly inHandRequests: number;
  /** the bytes of their bodies together */
  readonly inHandBytes: number;
}

const day = 86_400;

export const defaultSettings: Settings = {
  delegationSeconds: 40 * day,
  trustListSeconds: 90 * day,
  trustListRenewal: 7 * day,
  statusListSeconds: 7 * day,
  statusListRenewal: 3_600,
  statusListTtl: 43_200,
  statusListUri: 'urn:wz:residence-permit:status-list:1',
  enrolmentCodeSeconds: day,
  indexBlock: 1_024,
  numberBlock: 1_000,
  inHandRequests: 64,
  inHandBytes: 64 * 1024 * 1024,
};
