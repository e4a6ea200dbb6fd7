import { done, type Outcome } from '../contract/index.js';
import type { DataFolder } from './data-folder.js';
import type { Output } from './output.js';
import { signedIn, type People } from './sign-in.js';
import { readJson, readPhoto, showSteps } from './terminal-commands.js';

export interface IssueInput {
  readonly from: string;
  readonly photo: string;
  readonly issued?: string | undefined;
  readonly receipt?: string | undefined;
  readonly reader?: string | undefined;
}

/** Issues onto the blank on the reader, or finishes the same application on the card that it was begun on. */
export const issueFrom = (folder: DataFolder, output: Output, people: People, { from, photo, issued, receipt, reader }: IssueInput): Promise<Outcome<object>> => {
  const application = readJson(from);
  const jpeg = readPhoto(photo);
  const options = { ...(issued === undefined ? {} : { issued }), ...(receipt === undefined ? {} : { receipt }) };
  return signedIn(folder, people, (terminal) => terminal.issue(application, jpeg, { reader, onStep: showSteps(output), ...options }));
};

export const spoil = (folder: DataFolder, people: People, serial: string, reason: string): Promise<Outcome<{ seq: number }>> =>
  signedIn(folder, people, async (terminal) => {
    const spoiled = await terminal.spoil(serial, reason);
    return spoiled.ok ? done({ seq: spoiled.value }) : spoiled;
  });
