/** Failure code SYSTEM_PACKAGE_MISSING of the contract, in the words of `src/contract/failures.ts` (which is not compiled yet when this is needed). */
export class MissingPackages extends Error {
  code = 'SYSTEM_PACKAGE_MISSING';
  zh = '缺少系统软件包。';
  en = 'A system package is missing.';
  next = { zh: '请按列出的命令安装。', en: 'Install it with the command shown.' };

  constructor(packages, detail) {
    super(detail);
    this.packages = packages;
    this.detail = detail;
  }
}
