import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inventAdult, portraitOf } from '../../src/cli/invented/index.js';
import { dateInChina } from '../../src/permit/index.js';
import { operator, police } from '../e2e/stage.js';
import { unprivileged, World } from '../e2e/world.js';
import { fusesOf, hostSaid, PackedApp, type DrivenPage } from './packed-app.js';

export interface PackedCheck {
  readonly what: string;
  readonly good: boolean;
  readonly found: string;
}

/** What the product asks of every fuse that an Electron has (electron/fuses.json). */
const wanted = (root: string): Record<string, boolean> => {
  const named = JSON.parse(readFileSync(join(root, 'electron', 'fuses.json'), 'utf8')) as Record<string, boolean>;
  return Object.fromEntries(Object.entries(named).map(([name, state]) => [name.replace(/^./, (letter) => letter.toUpperCase()), state]));
};

type Told = Awaited<ReturnType<DrivenPage['run']>>;
const told = (event: Told): string => (event.event === 'done' ? 'done' : event.code);
const resultOf = (event: Told): string => (event.event === 'done' ? (event.value as { verdict: { result: string } }).verdict.result : event.code);

/**
 * A packed app against a real platform and a real pcscd with its virtual reader: it starts as it is, refuses a debugger, and in its own window issues a card onto a blank and verifies it,
 * with the service and the Node that it carries and no other on the PATH.
 */
export async function checkPackedApp(folder: string, root: string): Promise<PackedCheck[]> {
  const checks: PackedCheck[] = [];
  const check = (what: string, found: string, expected: string): void => void checks.push({ what, good: found === expected, found });
  const app = await PackedApp.copy(folder);
  let world: World | undefined;
  try {
    const fuses = await fusesOf(app.executable);
    const asked = wanted(root);
    for (const [name, state] of Object.entries(fuses)) if (name in asked) check(`fuse ${name}`, String(state), String(asked[name]));
    check('the archive of the app', existsSync(join(app.folder, 'app', 'resources', 'app.asar')) ? 'there' : 'missing', 'there');
    const { version, loaded } = app.loadNative();
    check('native modules in the shipped Node', `${version} ${[...loaded].sort().join(' ')}`, `${process.version} better-sqlite3 pcsclite`);

    world = await World.open({ run: process.pid });
    world.giveTo(unprivileged);
    const policeData = world.terminal('police');
    await app.run(['--mode=police', `--pcsc=${world.socket}`, '--remote-debugging-port=0'], policeData, () => hostSaid(policeData, 'HOST_DEBUGGING_REFUSED'));
    check('a debugger', hostSaid(policeData, 'HOST_DEBUGGING_REFUSED') ? 'refused' : 'let in', 'refused');
    let service = '';
    const code = await app.run(['--mode=police', `--pcsc=${world.socket}`], policeData, () => {
      service = app.processes().find((line) => line.includes(join('service', 'dist', 'service', 'main.js'))) ?? service;
      return hostSaid(policeData, 'SERVICE_READY');
    });
    check('started as packed', hostSaid(policeData, 'SERVICE_READY') ? 'its service is ready' : 'no service', 'its service is ready');
    check('ended by the system', `exit ${String(code)}`, 'exit 0');
    check('its service runs in', service.split(' ')[0] ?? '', app.node);

    await atTheCounter(app, world, check);
    await atThePoliceDesk(app, world, check);
    check('left behind', app.processes().join(' '), '');
  } catch (error) {
    checks.push({ what: 'went on to the end', good: false, found: error instanceof Error ? (error.message.split('\n').find((line) => line.includes('Error')) ?? error.message) : typeof error });
  } finally {
    await world?.close();
    await app.remove();
  }
  return checks;
}

type Check = (what: string, found: string, expected: string) => void;

const atTheCounter = (app: PackedApp, world: World, check: Check): Promise<void> =>
  app.drive(world.terminal('counter'), 'counter', world.socket, async (page) => {
    check('sync', told(await page.run({ workflow: 'sync' })), 'done');
    check('the operator signs in', told(await page.run({ workflow: 'sign-in', operator: operator.id, password: operator.password })), 'done');
    await world.put('blank');
    const today = dateInChina(Math.floor(Date.now() / 1000));
    const application = inventAdult({ seed: 990, onDate: today, kind: 'residence' });
    const photo = Buffer.from(portraitOf(application, today)).toString('base64');
    check('a card is issued', told(await page.run({ workflow: 'issue', application, photo })), 'done');
    check('before the platform knows it', resultOf(await page.run({ workflow: 'verify' })), 'unconfirmed');
    check('pushed', told(await page.run({ workflow: 'sync' })), 'done');
    check('and verified', resultOf(await page.run({ workflow: 'verify' })), 'valid');
    await world.take();
  });

const atThePoliceDesk = (app: PackedApp, world: World, check: Check): Promise<void> =>
  app.drive(world.terminal('police'), 'police', world.socket, async (page) => {
    check('the officer signs in', told(await page.run({ workflow: 'sign-in', operator: police.id, password: police.password })), 'done');
    check('why and where', told(await page.run({ workflow: 'set-operation', purpose: 'control', place: '车站' })), 'done');
    await world.put('revoked');
    check('the police screen', (await page.says('已注销')) ? 'says 已注销' : 'is silent', 'says 已注销');
  });
