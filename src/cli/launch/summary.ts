import type { TrayCard } from '../../contract/index.js';
import type { Output } from '../output.js';
import { staff } from '../start-data/staff.js';

export interface Started {
  /** one-time; absent where Electron shows the app */
  readonly address: string | undefined;
  readonly window: 'electron' | 'chromium' | 'address';
  readonly mode: string;
  readonly platform: string;
  /** `virtual`, or the names of the real ones */
  readonly reader: string;
  readonly data: string;
  readonly cards: readonly TrayCard[];
}

const windows = { electron: 'Electron', chromium: 'Chromium', address: '见地址 at the address' } as const;
const roles = { officer: '民警 officer', operator: '窗口 operator', supervisor: '主管 supervisor', administrator: '管理员 administrator' } as const;

/** What `--json` prints once everything runs. Passwords: the ones that the README tells everybody. */
export const startedObject = ({ cards, address, ...started }: Started): object => ({
  ok: true,
  command: 'start',
  ...(address === undefined ? {} : { address }),
  ...started,
  operators: Object.values(staff).map(({ id, role, password }) => ({ id, role, password })),
  cards: cards.map(({ name, kind, label }) => ({ name, kind, label })),
});

/** The same for a person. */
export const printStarted = (output: Output, { address, window, mode, platform, reader, data, cards }: Started): void => {
  output.line('');
  if (address !== undefined) output.line(`  地址 address    ${address}`);
  output.line(`  画面 window     ${windows[window]}`);
  output.line(`  模式 mode       ${mode === 'counter' ? '窗口 counter' : '民警 police'}`);
  output.line(`  平台 platform   ${platform}`);
  output.line(`  读卡器 reader   ${reader}`);
  output.line(`  数据 data       ${data}`);
  output.line('\n  演示人员（仅在此文件夹有效） Who can sign in, in this folder alone');
  for (const { id, role, password } of Object.values(staff)) output.line(`    ${id}  ${password.padEnd(22)} ${roles[role]}`);
  if (cards.length > 0) {
    output.line('\n  虚拟卡 virtual cards');
    for (const { label } of cards) output.line(`    ${label.zh} · ${label.en}`);
  }
  output.line(`\n${address === undefined ? '' : '  地址只能打开一次。按回车得到新地址 An address opens once. Enter gives another\n'}  按 Ctrl+C 结束 Ctrl+C ends it`);
};
