import { clumsy, operator, police } from '../stage.js';
import type { Scenery } from './scenery.js';
import type { Scene } from './scene.js';

/** Signing in, setting up, looking what is wrong, leaving: what every mode has. */
export const signInScenes = {
  ready: { play: (scenery) => scenery.signedOut() },
  busy: {
    play: async (scenery) => {
      await scenery.signedOut();
      scenery.freeze();
      await scenery.desk.signIn();
      await scenery.page.getByText('正在核对口令').first().waitFor();
    },
    clear: async (scenery) => {
      scenery.thaw();
      await scenery.page.getByLabel(scenery.desk.label('place'), { exact: true }).or(scenery.page.getByText(scenery.desk.label('waiting'), { exact: true })).first().waitFor();
    },
  },
  failed: {
    play: async (scenery) => {
      await scenery.signedOut();
      await scenery.desk.signIn(police.id, 'not the password');
      await scenery.page.getByText('口令不对').first().waitFor();
    },
  },
  locked: {
    play: async (scenery) => {
      await scenery.signedOut();
      for (let tries = 0; tries < 6 && !(await scenery.page.getByText('还需等待').isVisible()); tries += 1) {
        await scenery.desk.signIn(clumsy.id, 'not the password');
        await scenery.page.locator('[data-code="OPERATOR_PASSWORD_WRONG"], [data-code="OPERATOR_LOCKED"]').first().waitFor();
        await scenery.settled();
      }
      await scenery.page.getByText('还需等待').waitFor();
    },
  },
  'caps-lock': {
    play: async (scenery) => {
      await scenery.signedOut();
      const password = scenery.page.getByLabel(scenery.desk.label('password'), { exact: true });
      await password.focus();
      // A driven keyboard has no lock: the event that one would send.
      await password.evaluate((field) => {
        const { KeyboardEvent } = globalThis as unknown as { KeyboardEvent: new (name: string, init: object) => unknown };
        (field as unknown as { dispatchEvent(event: unknown): void }).dispatchEvent(new KeyboardEvent('keydown', { key: 'A', modifierCapsLock: true, bubbles: true }));
      });
      await scenery.page.getByText('大写锁定已打开').waitFor();
    },
  },
} as const satisfies Record<string, Scene>;

const fillSetup = async ({ page, world }: Scenery, code: string): Promise<void> => {
  await page.getByLabel('平台地址').fill(world.platform.url());
  await page.getByLabel('一次性注册码').fill(code);
  await page.getByRole('button', { name: '注册' }).click();
};

export const setupScenes = {
  ready: {
    play: async (scenery) => {
      await scenery.open('new');
      await scenery.page.getByLabel('平台地址').waitFor();
    },
  },
  busy: {
    play: async (scenery) => {
      await scenery.open('new');
      await scenery.page.getByLabel('平台地址').waitFor();
      scenery.freeze();
      await fillSetup(scenery, 'ABCD-EFGH-JKMN-PQRS-TVWX-YZ01-2345-6789');
      await scenery.page.getByText('正在向平台注册').first().waitFor();
    },
    clear: (scenery) => scenery.closeApp(),
  },
  failed: {
    play: async (scenery) => {
      await scenery.open('new');
      await fillSetup(scenery, 'ABCD-EFGH-JKMN-PQRS-TVWX-YZ01-2345-6789');
      await scenery.page.getByRole('alert').filter({ hasText: '注册码' }).first().waitFor();
    },
  },
  done: {
    play: async (scenery) => {
      await scenery.open('new');
      await fillSetup(scenery, await scenery.world.enrolmentCode());
      await scenery.page.getByLabel(scenery.desk.label('password'), { exact: true }).or(scenery.page.locator('main h1')).first().waitFor();
      await scenery.settled();
    },
    clear: (scenery) => scenery.closeApp(),
  },
} as const satisfies Record<string, Scene>;

const diagnosis = async (scenery: Scenery): Promise<void> => {
  await scenery.waiting();
  await scenery.go('/diagnosis');
  await scenery.page.locator('.summary').waitFor();
};

export const diagnosisScenes = {
  loading: {
    play: async (scenery) => {
      await diagnosis(scenery);
      await scenery.go('/police');
      await scenery.desk.waiting();
      scenery.freeze();
      await scenery.go('/diagnosis');
      await scenery.page.getByText('正在检查').first().waitFor();
    },
    clear: async (scenery) => {
      scenery.thaw();
      await scenery.page.locator('.summary').waitFor();
    },
  },
  healthy: { play: diagnosis },
  findings: {
    play: async (scenery) => {
      await scenery.waiting();
      await scenery.world.pcscd.unplug();
      await scenery.world.platform.stop();
      await scenery.go('/diagnosis');
      await scenery.page.locator('.summary').waitFor();
    },
    clear: async ({ world }) => {
      await world.pcscd.plugIn();
      await world.platform.start();
    },
  },
  failed: {
    play: async (scenery) => {
      await diagnosis(scenery);
      await scenery.world.platform.stop();
      await scenery.page.keyboard.press('F5');
      await scenery.page.locator('[data-code="PLATFORM_UNREACHABLE"]').first().waitFor();
    },
    clear: ({ world }) => world.platform.start(),
  },
  saved: {
    play: async (scenery) => {
      await diagnosis(scenery);
      await scenery.page.keyboard.press('F8');
      await scenery.page.getByText('诊断包已保存').first().waitFor();
    },
  },
} as const satisfies Record<string, Scene>;

export const leaveScenes = {
  credentials: {
    play: async (scenery) => {
      await scenery.signedOut();
      await scenery.go('/leave');
      await scenery.page.getByText('请用有权退出').first().waitFor();
    },
  },
  failed: {
    play: async (scenery) => {
      await leaveScenes.credentials.play(scenery);
      await scenery.page.getByLabel('工号', { exact: true }).fill(operator.id);
      await scenery.page.getByLabel(scenery.desk.label('password'), { exact: true }).fill('not the password');
      await scenery.page.keyboard.press('Enter');
      await scenery.page.getByText('口令不对').first().waitFor();
    },
  },
  ready: {
    play: async (scenery) => {
      await scenery.waiting();
      await scenery.go('/leave');
      await scenery.page.locator('main h1', { hasText: '退出程序' }).waitFor();
    },
  },
  done: {
    play: async (scenery) => {
      await leaveScenes.ready.play(scenery);
      await scenery.page.locator('main').getByRole('button', { name: '退出程序' }).click();
      await scenery.page.getByText('程序已退出').waitFor();
    },
    clear: (scenery) => scenery.closeApp(),
  },
} as const satisfies Record<string, Scene>;

/** The beginning of a kiosk, which has no screens of its own yet. */
export const homeScenes = {
  ready: {
    play: async (scenery) => {
      await scenery.closeApp();
      await scenery.open('counter', 'kiosk');
      await scenery.page.locator('main h1').waitFor();
    },
    clear: (scenery) => scenery.closeApp(),
  },
} as const satisfies Record<string, Scene>;
