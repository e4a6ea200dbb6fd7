import { describe, expect, it } from 'vitest';
import { applyEvent, openTasks, permittedSteps, startingPoint, stateOn, stepOf, type LifeCycleEvent, type PermitFile } from '../../src/permit/index.js';
import { readVectors } from './read.js';

interface LifeCycleFile {
  readonly transitions: readonly { readonly from: string; readonly step: string; readonly to: readonly string[] }[];
  readonly lives: readonly {
    readonly name: string;
    readonly events: readonly { readonly event: LifeCycleEvent; readonly state?: string; readonly refused?: { readonly code: string; readonly detail: string } }[];
    readonly file: PermitFile;
    readonly asked: readonly { readonly on: string; readonly state: string; readonly tasks: unknown; readonly permitted: readonly string[] }[];
  }[];
}
const { lives, transitions } = readVectors<LifeCycleFile>('life-cycle.json');

describe('life-cycle.json', () => {
  it.each(lives)('$name', ({ events, file: last, asked }) => {
    let file: PermitFile | undefined;
    for (const { event, state, refused } of events) {
      const row = transitions.find(({ from, step }) => from === startingPoint(file, event.on) && step === stepOf(event));
      const result = applyEvent(file, event);
      if (result.ok) {
        expect(row?.to).toContain(result.file.state);
        expect({ event, state: result.file.state }).toEqual({ event, state });
        file = result.file;
      } else {
        expect({ code: result.code, detail: result.detail }).toEqual(refused);
      }
    }
    expect(file).toEqual(last);
    for (const { on, ...answer } of asked) expect({ state: stateOn(last, on), tasks: openTasks(last, on), permitted: permittedSteps(last, on) }).toEqual(answer);
  });

  it('holds lives that are refused by every code of the page', () => {
    const codes = new Set(lives.flatMap(({ events }) => events.flatMap(({ refused }) => (refused === undefined ? [] : [refused.code]))));
    expect([...codes].sort()).toEqual([
      'CORRECTION_TOO_LATE', 'DATE_IMPOSSIBLE', 'ENDORSEMENT_TOO_EARLY', 'INPUT_INVALID', 'KIND_NOT_AVAILABLE', 'NOT_ELIGIBLE', 'OLD_CARD_REQUIRED', 'PAPERS_MISSING', 'REASON_REQUIRED', 'STATE_NOT_ALLOWED',
    ]);
  });
});
