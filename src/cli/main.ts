#!/usr/bin/env node
import { CommanderError } from 'commander';
import { done, failed } from '../contract/index.js';
import { findReader, makeBlanks, putCard, shelf, takeCard, tearCard } from './cards.js';
import { diagnose, type PrintedFinding } from './diagnose.js';
import { printFinding } from './doctor.js';
import { outboxCheck, outboxList, outboxStatus } from './outbox-commands.js';
import { addFaultCommand } from './fault.js';
import { finish, makeOutput } from './output.js';
import { platformEpoch, platformStock } from './operator-commands.js';
import { cvcaNext, enrolmentCode, initialise, platformStatus, serve, terminalRights, type AccessWords } from './platform-commands.js';
import { enrol, syncNow } from './sync-commands.js';
import { start } from './start.js';
import { issueFrom, spoil } from './issue-commands.js';
import { changeStatus } from './permit-commands.js';
import { add, demanding, nameByName, optional, program, reader, text, type Flag, type Options } from './program.js';
import { beginEpoch } from './counter-commands.js';
import { addPermitCommands, peopleOf, second, who } from './permit-program.js';
import { signedIn } from './sign-in.js';
import { listReaders, showSteps, terminalStatus } from './terminal-commands.js';
import { readAnswer, verdictAnswer, verdictText } from './verdict-text.js';

add(program, 'doctor', 'what is wrong, and what to do', [['--bundle <file>', 'write the redacted bundle for maintenance']], ({ folder }, options) => diagnose(folder, optional(options['bundle'])), (output, value) => {
  for (const finding of value['findings'] as PrintedFinding[]) output.line(printFinding(finding));
});
add(program, 'readers', 'readers and cards', [['--socket', 'only the socket of the virtual reader, for PCSCLITE_CSOCK_NAME']], ({ folder }, options) => {
  if (options['socket'] !== true) return listReaders(folder);
  const virtual = findReader(folder);
  return Promise.resolve(virtual === undefined ? failed('READER_NOT_FOUND') : done({ socket: virtual.socket }));
}, (output, value) => {
  if (typeof value['socket'] === 'string') output.line(value['socket']);
  else nameByName(output, value);
});

const card = program.command('card').description('virtual cards and the virtual reader');
const slot: readonly [string, string, string] = ['--slot <n>', 'slot of the virtual reader, 0 or 1', '0'];
add(card, 'blank', 'make blank cards, allotted to this terminal', [['--count <n>', 'how many', '1'], ['--terminal <id>', 'another terminal']], ({ folder }, options) =>
  makeBlanks(folder, Number(options['count']), optional(options['terminal'])));
add(card, 'list', 'cards on the shelf', [], ({ folder }) => Promise.resolve(done({ cards: shelf(folder) })), (output, value) => {
  for (const each of value['cards'] as ReturnType<typeof shelf>) output.line(`${each.inserted ? '▣' : '▢'} ${each.name}  ${each.lifeCycle}`);
});
add(card, 'insert [name]', 'put a card on the virtual reader and leave it there', [slot], ({ folder }, options, [name]) => putCard(folder, name, Number(options['slot'])));
add(card, 'remove', 'take the card away', [slot], ({ folder }, options) => takeCard(folder, Number(options['slot'])));
add(card, 'tear', 'let the inserted card lose its power at an APDU', [slot, ['--at-apdu <n>', 'counted from now'], ['--at-write <n>', 'at an internal write instead']], ({ folder }, options) =>
  tearCard(folder, Number(options['slot']), Number(options['atApdu']), Number(options['atWrite'])));
add(card, 'spoil <serial>', 'account for a card that cannot be finished', [['--reason <text>', 'why', 'damaged'], ...who], ({ folder }, options, [serial = '']) => spoil(folder, peopleOf(options), serial, text(options['reason'])));

const platform = program.command('platform').description('the central platform');
add(platform, 'init', 'make keys and database', [['--name <text>', 'name of the platform', 'Wenzhou'], ['--pkcs11 <module>', 'keep root, issuer, CVCA, document verifier and card master in a token: the shared library of its module'], ['--token <label>', 'label of that token']],
  ({ folder }, options) => initialise(folder, text(options['name']), { module: optional(options['pkcs11']), token: optional(options['token']) }));
add(platform, 'serve', 'run it', [['--port <n>', 'port', '8460'], ['--host <address>', 'address to listen on', '127.0.0.1']], (io, options) =>
  serve(io.folder, io.output, Number(options['port']), text(options['host'])), () => undefined);
add(platform, 'status', 'counts, terminals with their rights, CVCA', [], ({ folder }) => platformStatus(folder));
add(platform, 'stock', 'every blank and where it is', [], ({ folder }) => platformStock(folder));
add(platform, 'epoch <terminal>', 'let a terminal that was restored from a copy begin anew', [], ({ folder }, _options, [terminal = '']) => platformEpoch(folder, terminal));
const access: readonly Flag[] = [
  ['--mode <mode>', 'rights on cards by where it stands: counter, kiosk, police'],
  ['--rights <list>', 'instead: inspect, kiosk, endorse, service, manage by commas; or none'],
  ['--departments <list>', 'for service: numbers by commas, or every'],
];
const accessWords = (options: Options): AccessWords => ({ mode: optional(options['mode']), rights: optional(options['rights']), departments: optional(options['departments']) });
add(platform, 'code', 'a one-time enrolment code; rights on cards of a counter unless stated',
  [['--name <text>', 'name of the terminal', 'terminal'], ['--division <digits>', 'leading digits of the divisions it may issue for', '3303'], ...access], ({ folder }, options) =>
    enrolmentCode(folder, text(options['name']), text(options['division']), accessWords(options)));
add(platform, 'terminal-rights <terminal>', 'other rights on cards, from its next certificate on', access, ({ folder }, options, [terminal = '']) => terminalRights(folder, terminal, accessWords(options)));
add(platform, 'cvca-next', 'the next CVCA: a new key, linked from the one before', [], ({ folder }) => cvcaNext(folder));

const terminal = program.command('terminal').description('this terminal');
add(terminal, 'enrol', 'enrol with a one-time code', [['--url <url>', 'the platform'], ['--code <code>', 'one-time code'], ['--name <text>', 'name of this terminal', 'terminal']],
  demanding(['url', 'code'], ({ folder }, options) => enrol(folder, text(options['url']), text(options['code']), text(options['name']))));
add(terminal, 'status', 'identity, lists, certificates, numbers', [], ({ folder }) => terminalStatus(folder));

add(program, 'issue', 'issue a permit onto the blank on the reader, or finish a torn one',
  [['--from <file>', 'application, JSON'], ['--photo <file>', 'JPEG, at most 10,240 bytes'], ['--issued <date>', 'day of issue of a paper permit carried over'], ['--receipt <number>', 'acceptance it is made for'], reader, ...who],
  demanding(['from', 'photo'], ({ folder, output }, options) =>
    issueFrom(folder, output, peopleOf(options), { from: text(options['from']), photo: text(options['photo']), issued: optional(options['issued']), receipt: optional(options['receipt']), reader: optional(options['reader']) })));
add(program, 'verify', 'is this card genuine, current, not revoked, not cloned', [reader, ...who], ({ folder, output }, options) =>
  signedIn(folder, peopleOf(options), async (open) => verdictAnswer(await open.verify({ reader: optional(options['reader']), onStep: showSteps(output) }))), (output, value) => verdictText(output, value));
add(program, 'read', 'the verdict and what the card holds', [reader, ...who], ({ folder, output }, options) =>
  signedIn(folder, peopleOf(options), async (open) => readAnswer(await open.read({ reader: optional(options['reader']), onStep: showSteps(output) }))), (output, value) => verdictText(output, value));
add(program, 'revoke <number>', 'list a permit as cancelled or suspended; needs two people',
  [['--reason <reason>', 'lost, left, died, became-local, fraud, decision', 'lost'], ['--suspend', 'suspend instead of cancel'], ['--by <who>', 'who asks, as --as'], ...who, ...second],
  demanding(['approvedBy'], ({ folder }, options, [number = '']) => changeStatus(folder, peopleOf(options), number, options['suspend'] === true ? 2 : 1, text(options['reason']))));
addPermitCommands();

const outbox = program.command('outbox').description('the queue of this terminal');
add(outbox, 'status', 'what waits, what is in quarantine', [], ({ folder }) => outboxStatus(folder));
add(outbox, 'list', 'waiting records without their contents', [['--limit <n>', 'at most', '100']], ({ folder }, options) => outboxList(folder, Number(options['limit'])));
add(outbox, 'check', 'recompute the chain', [], ({ folder }) => outboxCheck(folder));
add(outbox, 'begin-epoch <n>', 'after a restore: begin the epoch that the administrator of the platform began', [...who], ({ folder }, options, [epoch = '']) => beginEpoch(folder, peopleOf(options), Number(epoch)));
add(program, 'sync', 'push what waits, pull lists, numbers, certificates and keys', [], ({ folder }) => syncNow(folder));
add(program, 'start', 'platform, reader and the app in its window, or at a printed address',
  [['--mode <mode>', 'police or counter; the kiosk has no screens yet', 'police'], ['--port <n>', 'port of the app in a browser; 0 takes a free one', '8461'], ['--windowed', 'a window that can be moved and closed, for developers'],
    ['--window <how>', 'auto, electron, chromium, or address: open nothing', 'auto']], (io, options) =>
    start(io.folder, io.output, { port: Number(options['port']), mode: text(options['mode']), windowed: options['windowed'] === true, window: text(options['window']) }), () => undefined);
addFaultCommand();

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  const help = ['commander.help', 'commander.helpDisplayed', 'commander.version'].includes(error.code);
  if (!help && process.argv.includes('--json')) await finish(makeOutput(true), 'usage', () => Promise.resolve(failed('INPUT_INVALID', error.code)), () => undefined);
  else process.exitCode = help ? 0 : 2;
}
