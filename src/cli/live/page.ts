/** The live page's document. All text that changes comes from `live.js`; styles and script are separate routes, so that the page needs no inline code. */
export const pageHtml = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>居住证查验 · Residence permit</title>
<link rel="stylesheet" href="live.css">
<script type="module" src="live.js"></script>
</head>
<body>
<header>
  <h1><span lang="zh-CN">居住证查验</span> <span class="en" lang="en">Residence permit</span></h1>
  <button id="language" type="button" lang="en" aria-label="Switch to English">English</button>
</header>
<main>
  <section id="verdict" class="verdict state-waiting" role="status" aria-live="assertive" aria-atomic="true">
    <div class="shape" aria-hidden="true"></div>
    <div><p id="word" class="word"></p><p id="action" class="action"></p></div>
  </section>
  <ul id="lines" class="lines"></ul>
  <p id="facts" class="facts"></p>
  <section id="shelf-section" aria-labelledby="shelf-title" hidden>
    <h2 id="shelf-title"></h2>
    <p id="shelf-help" class="muted"></p>
    <div id="shelf" class="shelf"></div>
  </section>
</main>
<footer id="health" class="muted"></footer>
</body>
</html>
`;

export const pageCss = `
:root { color-scheme: light dark; --bg:#fff; --panel:#f4f6f8; --text:#1b232c; --muted:#4a5561; --border:#7a8591; --accent:#0b57a4; }
@media (prefers-color-scheme: dark) { :root { --bg:#10161d; --panel:#1a222c; --text:#f2f5f8; --muted:#b9c3ce; --border:#78848f; --accent:#7db8f5; } }
* { box-sizing: border-box; }
body { margin:0; background:var(--bg); color:var(--text); line-height:1.6; font-size:18px;
  font-family:"Noto Sans SC","Source Han Sans SC","Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif; font-variant-numeric:tabular-nums; line-break:strict; }
header { display:flex; justify-content:space-between; align-items:center; gap:16px; padding:16px 32px; border-bottom:1px solid var(--border); }
h1 { font-size:22px; line-height:1.3; margin:0; font-weight:600; } h1 .en { font-weight:400; color:var(--muted); }
h2 { font-size:20px; line-height:1.3; margin:32px 0 4px; }
main { max-width:1200px; margin:0 auto; padding:32px; }
.verdict { display:flex; align-items:center; gap:32px; padding:32px; border-radius:8px; min-height:220px; }
.word { font-size:clamp(44px,8vw,96px); line-height:1.2; font-weight:600; margin:0; } .action { font-size:28px; line-height:1.4; margin:8px 0 0; }
.shape { flex:none; width:120px; height:120px; display:grid; place-items:center; font-size:72px; line-height:1; font-weight:600; border:6px solid currentColor; }
.state-waiting { background:var(--panel); color:var(--text); border:2px dashed var(--border); } .state-waiting .shape { border-radius:12px; border-style:dashed; }
.state-reading { background:var(--panel); color:var(--text); border:2px solid var(--accent); } .state-reading .shape { border-radius:50%; border-style:dotted; }
.state-valid { background:#00775a; color:#fff; } .state-valid .shape { border-radius:50%; }
.state-suspended, .state-expired { background:#ffb000; color:#000; } .state-suspended .shape, .state-expired .shape { border:0; clip-path:polygon(50% 0,100% 100%,0 100%); background:#000; color:#ffb000; padding-top:36px; font-size:56px; }
.state-revoked, .state-forged, .state-rolled-back { background:#8e0018; color:#fff; }
.state-revoked .shape, .state-forged .shape, .state-rolled-back .shape { border:0; background:#fff; color:#8e0018; clip-path:polygon(30% 0,70% 0,100% 30%,100% 70%,70% 100%,30% 100%,0 70%,0 30%); }
.state-cloned { background:repeating-linear-gradient(135deg,#4a0e78 0 24px,#3a0a60 24px 48px); color:#fff; }
.state-undetermined, .state-unconfirmed, .state-refused { background:#d5dbe1; color:#10161d; } .state-undetermined .shape, .state-unconfirmed .shape, .state-refused .shape { border-radius:50%; border-style:dashed; }
.lines { list-style:none; margin:24px 0 0; padding:0; display:grid; grid-template-columns:repeat(auto-fit,minmax(210px,1fr)); gap:16px; }
.lines li { background:var(--panel); border:1px solid var(--border); border-radius:8px; padding:12px 16px; }
.lines b { display:block; } .lines span { color:var(--muted); }
.facts { font-size:20px; min-height:1.6em; } .muted { color:var(--muted); margin:0; }
.shelf { display:grid; grid-template-columns:repeat(auto-fill,minmax(240px,1fr)); gap:12px; margin-top:12px; }
button { font:inherit; min-height:48px; padding:8px 16px; border-radius:4px; border:1px solid var(--border); background:var(--bg); color:var(--text); cursor:pointer; text-align:start; }
button[aria-pressed="true"] { border:3px solid var(--accent); font-weight:600; }
button:focus-visible { outline:3px solid #ffd400; outline-offset:3px; box-shadow:0 0 0 3px #10161d; }
footer.muted { max-width:1200px; margin:0 auto; padding:0 32px 32px; }
`;
