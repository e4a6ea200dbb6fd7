export declare class MissingPackages extends Error {
  constructor(packages: readonly string[], detail: string);
  readonly code: string;
  readonly zh: string;
  readonly en: string;
  readonly next: { readonly zh: string; readonly en: string };
  readonly packages: readonly string[];
  readonly detail: string;
}
