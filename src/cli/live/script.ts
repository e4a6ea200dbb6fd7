/**
 * The live page's script, run by the browser as it stands: it shows what the event stream says and asks the server to move virtual cards.
 * It never decides anything and never sees more than the verdict.
 */
export const pageScript = `
const words = {
  zh: {
    waiting: ['请放卡', '把居住证放在读卡器上。', '▭'], reading: ['正在查验', '请勿移开卡片。', '…'],
    valid: ['有效', '各项检查均已通过。请核对本人。', '✓'], suspended: ['暂停', '请按提示补办签注或到窗口咨询。', '‖'],
    expired: ['已过期', '请告知持证人办理新证。', '‖'], revoked: ['已注销', '请按规程处理。', '✕'],
    forged: ['签名不符', '请按规程核查并上报。', '✕'], 'rolled-back': ['数据被回退', '请按规程核查并上报。', '✕'],
    cloned: ['疑似复制卡', '芯片验证失败。请按规程核查并上报。', '⧉'], unconfirmed: ['待确认', '平台尚未确认此证。请同步后再验，或电话核查。', '?'],
    undetermined: ['无法确定', '请同步名单或电话核查。', '?'], refused: ['未能查验', '', '?'],
    checks: { signature: '签名与信任链', dates: '日期与签注', status: '状态名单', chip: '芯片', counters: '计数' },
    pass: '通过', permit: '证号', age: '名单', ago: '前', units: [' 分钟', ' 小时', ' 天'], shelf: '虚拟卡', shelfHelp: '没有接读卡器时，点一张卡即放到虚拟读卡器上，再点一次取走。',
    blank: '空白卡', clone: '复制卡（演示）', issued: '居住证', other: 'English', otherLabel: 'Switch to English', reader: '读卡器', none: '未找到', platform: '平台', queue: '待上传', up: '正常', down: '连不上',
  },
  en: {
    waiting: ['Present a card', 'Put the permit on the reader.', '▭'], reading: ['Checking', 'Keep the card still.', '…'],
    valid: ['Valid', 'Every check ran and passed. Compare the person.', '✓'], suspended: ['Suspended', 'Advise endorsement, or ask at the counter.', '‖'],
    expired: ['Expired', 'Advise the holder to apply for a new permit.', '‖'], revoked: ['Revoked', 'Follow the procedure.', '✕'],
    forged: ['Signature wrong', 'Follow the procedure and report it.', '✕'], 'rolled-back': ['Rolled back', 'Follow the procedure and report it.', '✕'],
    cloned: ['Suspected clone', 'The chip check failed. Follow the procedure and report it.', '⧉'], unconfirmed: ['Unconfirmed', 'The platform has not confirmed this permit yet. Sync and verify again, or phone.', '?'],
    undetermined: ['Undetermined', 'Sync the list or check by phone.', '?'], refused: ['Not checked', '', '?'],
    checks: { signature: 'Signature and chain', dates: 'Dates and endorsement', status: 'Status list', chip: 'Chip', counters: 'Counters' },
    pass: 'passed', permit: 'Permit', age: 'List', ago: ' old', units: [' min', ' h', ' d'], shelf: 'Virtual cards', shelfHelp: 'With no reader attached: press a card to put it on the virtual reader, press it again to take it away.',
    blank: 'Blank card', clone: 'Cloned card (demo)', issued: 'Permit', other: '中文', otherLabel: '切换到中文', reader: 'Reader', none: 'not found', platform: 'Platform', queue: 'Waiting to upload', up: 'reachable', down: 'unreachable',
  },
};
let language = localStorage.getItem('language') === 'en' ? 'en' : 'zh';
let state = { view: 'waiting', lines: [], shelf: [], health: {} };
const at = (id) => document.getElementById(id);
const age = (seconds, [minutes, hours, days]) => seconds < 3600 ? Math.floor(seconds / 60) + minutes : seconds < 172800 ? Math.floor(seconds / 3600) + hours : Math.floor(seconds / 86400) + days;
const item = (tag, text) => { const node = document.createElement(tag); node.textContent = text; return node; };
function draw() {
  const t = words[language];
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  at('language').textContent = t.other; at('language').lang = language === 'zh' ? 'en' : 'zh-CN'; at('language').setAttribute('aria-label', t.otherLabel);
  const [word, action, shape] = t[state.view] ?? t.refused;
  at('verdict').className = 'verdict state-' + state.view;
  at('verdict').querySelector('.shape').textContent = shape;
  at('word').textContent = word;
  at('action').textContent = state.message ? state.message[language] : action;
  at('lines').replaceChildren(...state.lines.map((line) => {
    const li = document.createElement('li');
    li.append(item('b', (line.result === 'valid' ? '✓ ' : '– ') + t.checks[line.check]), item('span', line.result === 'valid' ? t.pass : (line.text ? line.text[language] : t[line.result]?.[0] ?? line.result)));
    return li;
  }));
  const facts = [];
  if (state.permitNumber) facts.push(t.permit + ' ' + state.permitNumber);
  if (state.statusListAgeSeconds !== undefined) facts.push(t.age + ' ' + age(state.statusListAgeSeconds, t.units) + t.ago);
  at('facts').textContent = facts.join(' · ');
  at('shelf-section').hidden = state.shelf.length === 0;
  at('shelf-title').textContent = t.shelf; at('shelf-help').textContent = t.shelfHelp;
  at('shelf').replaceChildren(...state.shelf.map((card) => {
    const button = item('button', t[card.kind] + ' …' + card.serial.slice(-4));
    button.type = 'button'; button.setAttribute('aria-pressed', String(card.inserted));
    button.addEventListener('click', () => fetch('cards/' + (card.inserted ? 'remove' : 'insert'), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ card: card.name }) }));
    return button;
  }));
  const h = state.health;
  at('health').textContent = [t.reader + ': ' + (h.reader ?? t.none), t.platform + ': ' + (h.platform ? t.up : t.down), t.queue + ': ' + (h.queue ?? 0)].join(' · ');
}
at('language').addEventListener('click', () => { language = language === 'zh' ? 'en' : 'zh'; localStorage.setItem('language', language); draw(); });
new EventSource('events').addEventListener('message', (message) => { state = JSON.parse(message.data); draw(); });
draw();
`;
