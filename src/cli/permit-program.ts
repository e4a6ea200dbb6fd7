import { accept, applications, closeDay, handOver, register, returnCard, review, stock, supplement } from './counter-commands.js';
import { cardLog, changePin, endCard, matchBody, resetPin, setPin } from './holder-commands.js';
import { operatorAdd, operatorDisable, operatorList, operatorPassword } from './operator-commands.js';
import { changeStatus, correct, endorse, lookUp, move, refuseEndorsement, replace, resumeUpdate, type OtherCard } from './permit-commands.js';
import { add, demanding, optional, program, reader, text, type Flag, type Options } from './program.js';
import type { People } from './sign-in.js';

/** The commands of the permit's life, of operators and of the counter's day. */
export const who: readonly Flag[] = [
  ['--as <operator>', 'operator who signs in; password in RESIDENCE_CARD_PASSWORD or a file'],
  ['--password-file <file>', 'file that holds the password'],
];
export const second: readonly Flag[] = [
  ['--approved-by <operator>', 'the second person; password in RESIDENCE_CARD_APPROVER_PASSWORD or a file'],
  ['--approver-password-file <file>', 'file that holds the password of the second person'],
];
export const peopleOf = (options: Options): People => ({
  as: optional(options['as']) ?? optional(options['by']),
  passwordFile: optional(options['passwordFile']),
  approvedBy: optional(options['approvedBy']),
  approverPasswordFile: optional(options['approverPasswordFile']),
});
const cardWork = (options: Options): { readonly reader: string | undefined } => ({ reader: optional(options['reader']) });
const otherCard = (permitNumber: string, options: Options): OtherCard => ({
  permitNumber,
  from: text(options['from']),
  photo: text(options['photo']),
  receipt: optional(options['receipt']),
  issued: optional(options['issued']),
  goodUntil: optional(options['goodUntil']),
});
const fromFile: Flag = ['--from <file>', 'application, JSON'];
const photoFile: Flag = ['--photo <file>', 'JPEG, at most 10,240 bytes'];
const facts: readonly Flag[] = [['--issued <date>', 'off-line: day of issue of the permit'], ['--good-until <date>', 'off-line: endorsed until']];

const addCardWork = (): void => {
  add(program, 'endorse [number]', 'the yearly endorsement of the card on the reader; or its refusal by number',
    [['--refuse-for <reason>', 'refuse it, with the written reason'], reader, ...who], ({ folder, output }, options, [number = '']) => {
      const reason = optional(options['refuseFor']);
      return reason === undefined ? endorse(folder, output, peopleOf(options), cardWork(options)) : refuseEndorsement(folder, peopleOf(options), number, reason);
    });
  add(program, 'move', 'change of address or workplace, onto the card on the reader',
    [['--division <digits>', '12 digits'], ['--address <text>', 'street, house, room'], ['--rental-house <code>', 'code of the rental house'], ['--employer <name>', 'employer'], ['--changed-on <date>', 'day of the change'], reader, ...who],
    demanding(['division', 'address', 'changedOn'], ({ folder, output }, options) =>
      move(folder, output, peopleOf(options), {
        division: text(options['division']),
        address: text(options['address']),
        rentalHouse: optional(options['rentalHouse']),
        employer: optional(options['employer']),
        changedOn: text(options['changedOn']),
      }, cardWork(options))));
  add(program, 'replace <number>', 'another card of a permit onto the blank on the reader, and its fee',
    [['--reason <reason>', 'damaged, lost, exchange'], fromFile, photoFile, ['--receipt <number>', 'acceptance it is made for'], ...facts, reader, ...who],
    demanding(['reason', 'from', 'photo'], ({ folder, output }, options, [number = '']) =>
      replace(folder, output, peopleOf(options), otherCard(number, options), text(options['reason']), cardWork(options))));
  add(program, 'correct <number>', 'a mistake on a card of today, made anew onto the blank on the reader; needs a supervisor',
    [fromFile, photoFile, ...facts, reader, ...who, ...second], demanding(['from', 'photo', 'approvedBy'], ({ folder, output }, options, [number = '']) =>
      correct(folder, output, peopleOf(options), otherCard(number, options), cardWork(options))));
  add(program, 'resume', 'finish what was torn on the issued card on the reader', [reader, ...who], ({ folder, output }, options) =>
    resumeUpdate(folder, output, peopleOf(options), cardWork(options)));
};

const addHolder = (): void => {
  const pinFile: Flag = ['--pin-file <file>', 'file that holds the PIN, else RESIDENCE_CARD_PIN'];
  const newPinFile: Flag = ['--new-pin-file <file>', 'file that holds the new PIN, else RESIDENCE_CARD_NEW_PIN'];
  const pinsOf = (options: Options) => ({ pinFile: optional(options['pinFile']), newPinFile: optional(options['newPinFile']) });
  const pin = program.command('pin').description('the PIN of the card on the reader');
  add(pin, 'set', 'the holder sets the PIN of a card that has none', [newPinFile, reader, ...who], ({ folder, output }, options) => setPin(folder, output, peopleOf(options), pinsOf(options), cardWork(options)));
  add(pin, 'change', 'the holder changes it', [pinFile, newPinFile, reader, ...who], ({ folder, output }, options) => changePin(folder, output, peopleOf(options), pinsOf(options), cardWork(options)));
  add(pin, 'reset', 'forgotten or locked: the card has none again', [reader, ...who], ({ folder, output }, options) => resetPin(folder, output, peopleOf(options), cardWork(options)));
  add(program, 'card-log', 'who read the card on the reader', [reader, ...who], ({ folder, output }, options) => cardLog(folder, output, peopleOf(options), cardWork(options)));
  add(program, 'match-body <number>', 'number and CAN as printed on the card against its chip', [['--can <digits>', 'card access number, six digits'], reader, ...who],
    demanding(['can'], ({ folder, output }, options, [number = '']) => matchBody(folder, output, peopleOf(options), number, text(options['can']), cardWork(options))));
  add(program, 'end-card <number>', 'end the chip of a card that came back, for ever', [reader, ...who], ({ folder, output }, options, [number = '']) =>
    endCard(folder, output, peopleOf(options), number, cardWork(options)));
};

const addStatus = (): void => {
  for (const [name, status, description, fallback] of [
    ['suspend', 2, 'suspend a permit by decision; needs two people', 'decision'],
    ['restore', 0, 'lift a suspension; needs two people', 'restored'],
    ['cancel', 1, 'cancel a permit: left, died, became-local, fraud, departed, not-qualified, expired, or lost; needs two people', 'left'],
  ] as const) {
    add(program, `${name} <number>`, description, [['--reason <reason>', 'why', fallback], ['--by <who>', 'as --as'], ...who, ...second], ({ folder }, options, [number = '']) =>
      changeStatus(folder, peopleOf(options), number, status, text(options['reason'])));
  }
  add(program, 'permit <number>', 'a permit by its number, without its card', [['--offline', 'from the lists alone'], ...who], ({ folder }, options, [number = '']) =>
    lookUp(folder, peopleOf(options), number, options['offline'] === true));
};

const addCounter = (): void => {
  add(program, 'register', 'residence registration without a card', [fromFile, ...who], demanding(['from'], ({ folder }, options) => register(folder, peopleOf(options), text(options['from']))));
  const application = program.command('application').description('applications: accepted, completed, reviewed');
  add(application, 'accept', 'accept an application: receipt, last day, what is missing',
    [fromFile, ['--purpose <purpose>', 'first, damaged, lost, correction, exchange', 'first'], ['--missing <papers>', 'missing papers, by commas'], ['--number <permit>', 'of the permit that gets another card'], ...who],
    demanding(['from'], ({ folder }, options) =>
      accept(folder, peopleOf(options), { from: text(options['from']), purpose: text(options['purpose']), missing: optional(options['missing']), permitNumber: optional(options['number']) })));
  add(application, 'supplement <receipt>', 'papers that came in', [['--missing <papers>', 'what is still missing, by commas'], ...who], ({ folder }, options, [receipt = '']) =>
    supplement(folder, peopleOf(options), receipt, optional(options['missing'])));
  add(application, 'review <receipt>', 'approve, or refuse with a written reason', [['--refuse-for <reason>', 'refuse it'], ...who], ({ folder }, options, [receipt = '']) =>
    review(folder, peopleOf(options), receipt, optional(options['refuseFor'])));
  add(application, 'list', 'open applications of this terminal', [...who], ({ folder }, options) => applications(folder, peopleOf(options)));
  add(program, 'hand-over <number>', 'a card is given to its holder',
    [['--serial <hex>', 'serial of the card'], ['--received-by <who>', 'holder, guardian, agent', 'holder'], ['--old-card <what>', 'none, returned, lost', 'none'], ...who],
    demanding(['serial'], ({ folder }, options, [number = '']) => handOver(folder, peopleOf(options), number, text(options['serial']), text(options['receivedBy']), text(options['oldCard']))));
  add(program, 'return-card', 'a card came back over the counter',
    [['--number <permit>', 'of its permit'], ['--serial <hex>', 'its serial'], ['--reason <reason>', 'replaced, cancelled, found, seized, correction'], ['--terminated', 'its chip was ended'], ...who],
    demanding(['reason'], ({ folder }, options) => returnCard(folder, peopleOf(options), { permitNumber: optional(options['number']), serial: optional(options['serial']), terminated: options['terminated'] === true }, text(options['reason']))));
  const books = program.command('stock').description("the day's books: fees and blank cards");
  add(books, 'show', 'what today comes to, and how many blanks should lie here', [...who], ({ folder }, options) => stock(folder, peopleOf(options)));
  add(books, 'close', 'close the day: money and blanks counted; a difference needs a supervisor', [['--fen <n>', 'money counted, 1/100 yuan'], ['--blanks <n>', 'blanks counted'], ...who, ...second],
    demanding(['fen', 'blanks'], ({ folder }, options) => closeDay(folder, peopleOf(options), Number(options['fen']), Number(options['blanks']))));
};

const addOperators = (): void => {
  const operators = program.command('operators').description('who may sign in at the terminals; kept by the platform');
  const passwordFile: Flag = ['--password-file <file>', 'file that holds the password, else RESIDENCE_CARD_PASSWORD'];
  add(operators, 'list', 'operators', [], ({ folder }) => operatorList(folder));
  add(operators, 'add <id>', 'a new operator',
    [['--name <text>', 'name'], ['--role <role>', 'operator, supervisor, officer, administrator'], ['--division <digits>', 'leading digits of the divisions, by commas', '3303'], passwordFile],
    demanding(['name', 'role'], ({ folder }, options, [id = '']) =>
      operatorAdd(folder, id, { name: text(options['name']), role: text(options['role']), division: text(options['division']), passwordFile: optional(options['passwordFile']) })));
  add(operators, 'disable <id>', 'disable, or let in again', [['--enable', 'let in again']], ({ folder }, options, [id = '']) => operatorDisable(folder, id, options['enable'] === true));
  add(operators, 'password <id>', 'a new password', [passwordFile], ({ folder }, options, [id = '']) => operatorPassword(folder, id, optional(options['passwordFile'])));
};

export const addPermitCommands = (): void => {
  addCardWork();
  addHolder();
  addStatus();
  addCounter();
  addOperators();
};
