import { openTerminal } from '../../../src/service/index.js';
import { faultsOf, type CardName } from '../cards.js';
import type { Scenery } from './scenery.js';
import type { Scene } from './scene.js';

const verdictOf = (card: CardName, result: string): Scene => ({ play: (scenery) => scenery.checked(card, result) });

const restoredPlatform = async ({ world }: Scenery): Promise<void> => world.platform.start();

/** The police desk, in every state that its screen names. */
export const policeScenes = {
  waiting: { play: (scenery) => scenery.waiting() },
  operation: {
    play: async (scenery) => {
      await scenery.waiting();
      await scenery.page.keyboard.press('F4');
      await scenery.page.getByLabel(scenery.desk.label('place'), { exact: true }).waitFor();
    },
    clear: async ({ page }) => page.keyboard.press('Escape'),
  },
  reading: {
    play: async (scenery) => {
      await scenery.waiting();
      // A card that takes its time.
      await scenery.world.put('valid', { delayMs: 6_000 });
      await scenery.page.getByText('正在核验').first().waitFor();
    },
    // The slow card is let go.
    clear: async ({ world }) => {
      await world.setFaults({});
      await world.take();
    },
  },
  valid: verdictOf('valid', 'valid'),
  // Of a terminal that the platform gives no right to read a holder.
  'valid-closed': { play: (scenery) => scenery.checked('valid', 'valid', 'police-closed') },
  suspended: verdictOf('suspended', 'suspended'),
  expired: verdictOf('expired', 'expired'),
  revoked: verdictOf('revoked', 'revoked'),
  cloned: verdictOf('cloned', 'cloned'),
  report: {
    play: async (scenery) => {
      await scenery.checked('cloned', 'cloned');
      await scenery.page.keyboard.press('F8');
      await scenery.page.getByText('上报要点').first().waitFor();
    },
    clear: async ({ page }) => page.keyboard.press('Escape'),
  },
  forged: verdictOf('forged', 'forged'),
  'rolled-back': verdictOf('rolled-back', 'rolled-back'),
  unconfirmed: verdictOf('unconfirmed', 'unconfirmed'),
  refused: {
    play: async (scenery) => {
      await scenery.waiting();
      await scenery.world.put('foreign', faultsOf.foreign);
      await scenery.page.locator('[data-code="CARD_NOT_PERMIT"]').first().waitFor();
    },
  },
  offline: {
    play: async (scenery) => {
      await scenery.waiting();
      await scenery.world.platform.stop();
      await scenery.page.keyboard.press('F5');
      await scenery.page.getByText('离线：').first().waitFor();
    },
    clear: restoredPlatform,
  },
  'reader-missing': {
    play: async (scenery) => {
      await scenery.waiting();
      await scenery.world.pcscd.unplug();
      await scenery.page.getByText('未找到读卡器').first().waitFor();
    },
    clear: ({ world }) => world.pcscd.plugIn(),
  },
  'card-service-down': {
    play: async (scenery) => {
      await scenery.waiting();
      await scenery.world.pcscd.kill();
      await scenery.page.getByText('读卡服务未运行').first().waitFor();
    },
    clear: ({ world }) => world.pcscd.restart(),
  },
  stopped: {
    play: async (scenery) => {
      await scenery.waiting();
      await scenery.watchElsewhere();
      await scenery.page.getByText('自动查验已停止').first().waitFor();
    },
    clear: (scenery) => scenery.closeApp(),
  },
  'link-down': {
    play: async (scenery) => {
      await scenery.waiting();
      scenery.loseService();
      await scenery.page.locator('.lost-link').waitFor();
    },
    clear: (scenery) => scenery.closeApp(),
  },
  undetermined: { play: async (scenery) => offLineAt(scenery, 'police-stale', () => scenery.checked('valid', 'undetermined', 'police-stale')), clear: backOnLine },
  stale: { play: async (scenery) => offLineAt(scenery, 'police-stale', () => scenery.waiting('police-stale')), clear: backOnLine },
  'clock-wrong': {
    play: async (scenery) =>
      offLineAt(
        scenery,
        'police',
        async () => {
          await scenery.waiting();
          await scenery.page.getByText('时间不可信').first().waitFor();
        },
        // As a sync leaves it that met a platform with another time.
        () => clockWrong(scenery, true),
      ),
    clear: async (scenery) => {
      await scenery.closeApp();
      await clockWrong(scenery, false);
      await restoredPlatform(scenery);
    },
  },
} as const satisfies Record<string, Scene>;

/** The app opened while the platform is away: what the terminal knows is what it brought from its last sync. */
async function offLineAt(scenery: Scenery, terminal: 'police' | 'police-stale', play: () => Promise<void>, before: () => Promise<void> = async () => undefined): Promise<void> {
  await scenery.closeApp();
  await scenery.world.platform.stop();
  await before();
  await scenery.open(terminal);
  await play();
}

async function backOnLine(scenery: Scenery): Promise<void> {
  await scenery.closeApp();
  await restoredPlatform(scenery);
}

async function clockWrong({ world }: Scenery, wrong: boolean): Promise<void> {
  const terminal = openTerminal(world.terminal('police'), { mode: 'police' });
  terminal.outbox.settings.put({ 'clock-wrong': wrong });
  await terminal.close();
}
