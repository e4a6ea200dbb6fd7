/**
 * Runs before the modules: the colours chosen last time stand before the first picture, and the schema library is told not to try `new Function`, which the content
 * security policy refuses and reports.
 */
globalThis.__zod_globalConfig = { jitless: true };
try {
  const look = JSON.parse(localStorage.getItem('look') ?? '{}');
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const more = matchMedia('(prefers-contrast: more)').matches;
  const system = (more ? 'contrast-' : '') + (dark ? 'dark' : 'light');
  document.documentElement.dataset.theme = ['light', 'dark', 'contrast-light', 'contrast-dark'].includes(look.theme) ? look.theme : system;
  document.documentElement.lang = look.language === 'en' ? 'en' : 'zh-CN';
} catch {
  document.documentElement.dataset.theme = 'light';
}
