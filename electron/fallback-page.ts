/** What stands on the screen when the UI cannot: plain, without a script, so nothing in it can crash. The host tries the UI again by itself. */

const html = `<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><title>居住证</title><link rel="stylesheet" href="/host/fallback.css"></head>
<body><main>
<h1>屏幕程序多次中断，正在恢复</h1>
<p>已写入的卡和已存的记录不受影响。一分钟后自动重试。仍不恢复时，请重新启动本机并联系管理员。</p>
<h1 lang="en">The screen keeps failing and is being restored</h1>
<p lang="en">Cards already written and records already saved are safe. It tries again in one minute. If it does not come back, restart this machine and call your administrator.</p>
<p class="code">PAGE_FALLBACK</p>
</main></body></html>
`;

const css = `html{background:#fff;color:#1b232c;font:400 24px/1.6 "Noto Sans SC","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif}
main{max-width:30em;margin:12vh auto;padding:0 32px}
h1{font-size:36px;font-weight:600;line-height:1.3}
.code{font-size:16px;color:#4a5561}
`;

export const fallbackPath = '/host/fallback.html';
export const fallbackFiles: ReadonlyMap<string, string> = new Map([
  [fallbackPath, html],
  ['/host/fallback.css', css],
]);
