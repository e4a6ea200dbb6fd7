/**
 * What the diagnosis says, whole sentences in both languages with the values that they name in braces. A fact is found; a next step is what a person does about it.
 * Pure tables: who shows a finding fills the values in.
 */
export interface DiagnosisText {
  readonly zh: string;
  readonly en: string;
}

/** What each line is about. */
export const findingLabels = {
  node: { zh: '运行环境', en: 'Node' },
  packages: { zh: '系统软件包', en: 'System packages' },
  disk: { zh: '磁盘', en: 'Disk' },
  'card-service': { zh: '读卡服务', en: 'Card service' },
  readers: { zh: '读卡器', en: 'Readers' },
  terminal: { zh: '终端', en: 'Terminal' },
  'key-store': { zh: '密钥库', en: 'Key store' },
  clock: { zh: '时钟', en: 'Clock' },
  'trust-list': { zh: '信任名单', en: 'Trust list' },
  'status-list': { zh: '状态名单', en: 'Status list' },
  delegation: { zh: '签发授权', en: 'Authority to issue' },
  'card-rights': { zh: '读写卡证书', en: 'Certificate for cards' },
  operators: { zh: '操作员名单', en: 'Operators' },
  outbox: { zh: '待传记录', en: 'Queue' },
  'torn-cards': { zh: '未写完的卡', en: 'Half-written cards' },
  'torn-updates': { zh: '未写完的更新', en: 'Half-written updates' },
  epoch: { zh: '纪元', en: 'Epoch' },
  platform: { zh: '平台', en: 'Platform' },
  versions: { zh: '版本', en: 'Versions' },
} as const satisfies Record<string, DiagnosisText>;

export const findingFacts = {
  'node-runs': { zh: 'Node {version} 可用。', en: 'Node {version} is recent enough.' },
  'node-old': { zh: 'Node {version} 太旧，须 20.19 以上。', en: 'Node {version} is too old; 20.19 or later is needed.' },
  'packages-installed': { zh: '软件包齐全：{packages}。', en: 'All packages are installed: {packages}.' },
  'packages-missing': { zh: '缺少软件包：{packages}。', en: 'Packages are missing: {packages}.' },
  'packages-elsewhere': { zh: '本系统不用 Debian 软件包，无需检查。', en: 'This system does not use Debian packages; nothing to check.' },
  'disk-free': { zh: '剩余 {mebibytes} MiB。', en: '{mebibytes} MiB are free.' },
  'disk-low': { zh: '只剩 {mebibytes} MiB。', en: 'Only {mebibytes} MiB are left.' },
  'card-service-answers': { zh: '读卡服务正在运行。', en: 'The card service runs.' },
  'card-service-missing': { zh: '读卡服务未启动。', en: 'The card service was not started.' },
  'card-service-silent': { zh: '读卡服务没有应答。', en: 'The card service does not answer.' },
  'readers-found': { zh: '读卡器 {count} 台：{readers}。', en: 'Readers found, {count}: {readers}.' },
  'readers-mute': { zh: '有卡没有应答：{readers}。', en: 'A card does not answer: {readers}.' },
  'readers-none': { zh: '未找到读卡器。', en: 'No reader was found.' },
  'readers-unreachable': { zh: '不能列出读卡器（{code}）。', en: 'The readers cannot be listed ({code}).' },
  'terminal-enrolled': { zh: '终端 {terminal} 已注册。', en: 'Terminal {terminal} is enrolled.' },
  'terminal-of-test': { zh: '终端 {terminal} 已注册，测试环境。', en: 'Terminal {terminal} is enrolled, in the test environment.' },
  'terminal-not-enrolled': { zh: '本机尚未注册。', en: 'This machine is not enrolled.' },
  'terminal-closed': { zh: '数据目录打不开（{code}）。', en: 'The data folder does not open ({code}).' },
  'key-store-opens': { zh: '密钥库可用。', en: 'The key store opens.' },
  'key-store-closed': { zh: '密钥库打不开（{code}）。', en: 'The key store does not open ({code}).' },
  'clock-agrees': { zh: '本机时间 {now}，与平台相符。', en: 'The time here is {now}, and the platform agrees.' },
  'clock-unchecked': { zh: '本机时间 {now}，还未与平台核对。', en: 'The time here is {now}, not yet compared with the platform.' },
  'clock-behind': { zh: '本机时间 {now}，比平台的签名时间慢 {seconds} 秒。', en: 'The time here is {now}, {seconds} seconds before the last time that the platform signed.' },
  'clock-wrong': { zh: '本机时间 {now}，与平台相差超过十分钟。', en: 'The time here is {now}, more than ten minutes off the platform.' },
  'trust-list-lasts': { zh: '信任名单还有 {days} 天有效。', en: 'The trust list lasts {days} more days.' },
  'trust-list-ended': { zh: '信任名单已过期 {days} 天。', en: 'The trust list ended {days} days ago.' },
  'trust-list-missing': { zh: '没有信任名单。', en: 'There is no trust list.' },
  'status-list-fresh': { zh: '状态名单是 {hours} 小时前的。', en: 'The status list is {hours} hours old.' },
  'status-list-stale': { zh: '状态名单是 {hours} 小时前的，超过 {limit} 小时的限度。', en: 'The status list is {hours} hours old, over the limit of {limit}.' },
  'status-list-missing': { zh: '没有状态名单。', en: 'There is no status list.' },
  'delegation-lasts': { zh: '签发授权还有 {days} 天有效。', en: 'The authority to issue lasts {days} more days.' },
  'delegation-ended': { zh: '签发授权已过期 {days} 天。', en: 'The authority to issue ended {days} days ago.' },
  'delegation-missing': { zh: '没有签发授权。', en: 'There is no authority to issue.' },
  'card-rights-last': { zh: '读写卡证书还有 {days} 天有效。', en: 'The certificate for cards lasts {days} more days.' },
  'card-rights-ended': { zh: '读写卡证书已过期 {days} 天。', en: 'The certificate for cards ended {days} days ago.' },
  'card-rights-missing': { zh: '没有读写卡证书。', en: 'There is no certificate for cards.' },
  'operators-none': { zh: '还没有操作员名单，无需登录。', en: 'There is no list of operators yet; nobody signs in.' },
  'operators-fresh': { zh: '操作员 {count} 人，名单是 {days} 天前的，{limit} 天后不能登录。', en: '{count} operators, list {days} days old; sign-in ends at {limit} days.' },
  'operators-stale': { zh: '操作员名单是 {days} 天前的，超过 {limit} 天不能登录。', en: 'The list of operators is {days} days old; over {limit} days nobody can sign in.' },
  'operators-unreadable': { zh: '操作员名单读不懂，无人能登录。', en: 'The list of operators cannot be read; nobody can sign in.' },
  'outbox-sound': { zh: '待传 {pending} 条，记录链完整。', en: '{pending} records wait, and the chain is sound.' },
  'outbox-quarantined': { zh: '待传 {pending} 条，平台隔离 {quarantined} 条，记录链完整。', en: '{pending} records wait, {quarantined} are in quarantine at the platform, and the chain is sound.' },
  'outbox-full': { zh: '待传 {pending} 条，已满。', en: '{pending} records wait, and the queue is full.' },
  'outbox-broken': { zh: '记录链不完整。', en: "The chain of this terminal's records is broken." },
  'torn-cards-none': { zh: '没有未写完的卡。', en: 'No card is half written.' },
  'torn-cards': { zh: '未写完的卡 {count} 张，尾号 {endings}。', en: 'Half-written cards, {count}, ending in {endings}.' },
  'torn-updates-none': { zh: '没有未写完的更新。', en: 'No update of an issued card is half written.' },
  'torn-updates': { zh: '有 {count} 张已签发的卡更新未写完。', en: 'Updates of issued cards that are half written: {count}.' },
  'epoch-agrees': { zh: '纪元 {epoch}。', en: 'Epoch {epoch} is in force.' },
  'epoch-offered': { zh: '平台要求纪元 {epoch}：本机数据来自旧备份。', en: 'The platform takes epoch {epoch}: this terminal was restored from a copy.' },
  'platform-answers': { zh: '平台 {milliseconds} 毫秒内应答。', en: 'The platform answers within {milliseconds} ms.' },
  'platform-refuses': { zh: '平台应答 {status}。', en: 'The platform answers {status}.' },
  'platform-unreachable': { zh: '连不上平台。', en: 'The platform cannot be reached.' },
  versions: {
    zh: '程序 {program}，协议 {protocol}，Node {node}，SQLite {sqlite}，Electron {electron}，系统 {system}，驱动 {drivers}。',
    en: 'Program {program}, protocol {protocol}, Node {node}, SQLite {sqlite}, Electron {electron}, system {system}, drivers {drivers}.',
  },
} as const satisfies Record<string, DiagnosisText>;
export type FindingFact = keyof typeof findingFacts;

export const findingNexts = {
  'install-node': { zh: '请安装 Node 20.19 或更新的版本。', en: 'Install Node 20.19 or later.' },
  'install-packages': { zh: '请安装：sudo apt-get install --no-install-recommends {packages}', en: 'Install them: sudo apt-get install --no-install-recommends {packages}' },
  'free-space': { zh: '请清理磁盘：磁盘一满就不能办理。', en: 'Free some space: nothing can be captured on a full disk.' },
  'start-card-service': { zh: '请启动读卡服务（pcscd）。', en: 'Start the card service (pcscd).' },
  'connect-reader': { zh: '请插好读卡器的 USB 线。', en: "Connect the reader's USB cable." },
  'turn-card': { zh: '请擦净并重新放好卡片。', en: 'Wipe the card and put it down again, the chip towards the reader.' },
  enrol: { zh: '请用一次性注册码注册。', en: 'Enrol it with a one-time code.' },
  'call-maintenance': { zh: '请保留所有文件，联系维护人员。', en: 'Keep all files and call maintenance.' },
  'set-clock': { zh: '请校准时间，然后同步。', en: 'Set the clock, then sync.' },
  sync: { zh: '请联网同步。', en: 'Go on-line and sync.' },
  'stop-and-call': { zh: '请停止使用本机，联系维护人员。', en: 'Stop using this terminal and call maintenance.' },
  'resume-card': { zh: '请放回卡片续写。', en: 'Put each back and finish it.' },
  'begin-epoch': { zh: '请由管理员在本机开始这一纪元。', en: 'An administrator begins that epoch at this terminal.' },
  'work-offline': { zh: '可以离线办理，数据不会丢失，稍后同步。', en: 'Work goes on off-line, nothing is lost; sync later.' },
} as const satisfies Record<string, DiagnosisText>;
export type FindingNext = keyof typeof findingNexts;

/** A sentence with its values. Throws RangeError for a value that is missing: a bug. */
export const filled = (sentence: string, values: Readonly<Record<string, string | number>>): string =>
  sentence.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new RangeError(`no value for ${name}`);
    return String(value);
  });
