import { Buffer } from 'node:buffer';
import type { CDPSession, Page } from 'playwright-core';

/** Small pictures: WebP, scaled down. Playwright itself makes no WebP, the browser does. */
export class Camera {
  readonly #sessions = new WeakMap<Page, CDPSession>();

  async take(page: Page, scale: number, quality = 78): Promise<Uint8Array> {
    const session = this.#sessions.get(page) ?? (await page.context().newCDPSession(page));
    this.#sessions.set(page, session);
    const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
    const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality, clip: { x: 0, y: 0, width, height, scale }, captureBeyondViewport: false });
    return new Uint8Array(Buffer.from(data, 'base64'));
  }
}
