import type { Finding } from '../../contract/index.js';
import { found } from './found.js';

const patienceMs = 3_000;

/** Asks whether the platform is there, and how long that takes. */
export const findPlatform = async (baseUrl: string): Promise<Finding> => {
  const began = performance.now();
  try {
    const response = await fetch(new URL('/v1/health', baseUrl), { signal: AbortSignal.timeout(patienceMs) });
    await response.arrayBuffer();
    if (response.ok) return found('platform', 'ok', 'platform-answers', { milliseconds: Math.ceil(performance.now() - began) });
    return found('platform', 'warn', 'platform-refuses', { status: response.status }, 'work-offline');
  } catch {
    // Whatever stood in the way, the finding is the same.
    return found('platform', 'warn', 'platform-unreachable', {}, 'work-offline');
  }
};
