#!/usr/bin/env node
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { failed } from '../contract/index.js';
import { findReader } from './cards.js';
import { dataFolder, isDemoFolder, markDemoFolder } from './data-folder.js';
import { sabotage } from './demo/ledger.js';
import { playStory } from './demo/play.js';
import { Story } from './demo/story.js';
import { failureOf, makeOutput, printJson } from './output.js';
import { stopVirtualReader } from '../emulator/index.js';

/** The main story end to end, without a screen. Exit 0 when every scene came out as told and nothing was lost or doubled; else 1. */
const program = new Command('demo')
  .option('--json', 'print exactly one JSON object')
  .option('--data <dir>', 'folder to play in (made anew; only a folder that the demo made before is overwritten)')
  .option('--keep', 'leave the folder, the virtual reader and a card on it')
  .option('--sabotage <how>', 'damage one record on purpose: drop or double')
  .parse();
const options = program.opts<{ json?: boolean; data?: string; keep?: boolean; sabotage?: string }>();
const output = makeOutput(options.json === true);

const prepareFolder = async (): Promise<string | undefined> => {
  const kept = options.data ?? (options.keep === true ? '.data' : undefined);
  if (kept === undefined) {
    const temporary = mkdtempSync(join(tmpdir(), 'wz-demo-'));
    markDemoFolder(temporary);
    return temporary;
  }
  const root = resolve(kept);
  if (existsSync(root) && readdirSync(root).length > 0) {
    // A real installation is never overwritten.
    if (!isDemoFolder(root)) return undefined;
    await stopVirtualReader(root);
    rmSync(root, { recursive: true, force: true });
  }
  markDemoFolder(root);
  return root;
};

const refuse = (detail: string): number => {
  const failure = failed('INPUT_INVALID', detail);
  if (output.json) printJson(failure);
  else process.stderr.write(`✕ ${failure.code}: ${detail}\n`);
  return 2;
};

const play = async (): Promise<number> => {
  const how = (['drop', 'double'] as const).find((each) => each === options.sabotage);
  if (how === undefined && options.sabotage !== undefined) return refuse('--sabotage drop or double');
  const root = await prepareFolder();
  if (root === undefined) return refuse('the folder holds something else than a demo');
  const folder = dataFolder(root);
  const story = new Story(folder, output);
  let failure: object | undefined;
  try {
    await playStory(story);
  } catch (error) {
    if (process.env['RESIDENCE_CARD_DEBUG'] !== undefined) process.stderr.write(`${error instanceof Error ? (error.stack ?? '') : String(error)}\n`);
    failure = failureOf(error);
  }
  await story.end(options.keep === true);
  if (how !== undefined && failure === undefined) sabotage(root, how);
  const books = failure === undefined ? story.ledger.reckon() : { captured: story.ledger.entries.length, lost: 0, duplicated: 0 };
  const good = failure === undefined && story.good && books.lost === 0 && books.duplicated === 0;
  const socket = options.keep === true ? findReader(folder)?.socket : undefined;
  const answer = { ok: good, steps: story.steps, ...books, ...(failure === undefined ? {} : { failure }), ...(options.keep === true ? { data: root, ...(socket === undefined ? {} : { PCSCLITE_CSOCK_NAME: socket }) } : {}) };
  if (output.json) printJson(answer);
  else {
    output.line(`\n  ${books.captured} 条记录 records · 丢失 lost ${books.lost} · 重复 duplicated ${books.duplicated}`);
    output.line(good ? '  ✓ 全部如期 every scene came out as told\n' : '  ✕ 与预期不符 not as told\n');
    if (socket !== undefined) output.line(`  export PCSCLITE_CSOCK_NAME=${socket}\n  npm run -s cli -- verify --json${options.data === undefined ? '' : ` --data ${root}`}\n`);
  }
  if (options.keep !== true && options.data === undefined) rmSync(root, { recursive: true, force: true });
  return good ? 0 : 1;
};

process.exitCode = await play();
