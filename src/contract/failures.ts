/**
 * Every failure the product can name: a stable code, a sentence a person understands in Chinese and English, and the next step.
 * `refusal`: an expected answer, nothing is broken (exit 2). `fault`: hardware, storage, network or a bug (exit 1).
 * Sentences hold no personal data and no bare codes; `firmware-specs/failure-codes.md` is generated from this table.
 */
export interface FailureText {
  readonly severity: 'refusal' | 'fault';
  readonly zh: string;
  readonly en: string;
  readonly nextZh: string;
  readonly nextEn: string;
}

const refusal = (zh: string, nextZh: string, en: string, nextEn: string): FailureText => ({ severity: 'refusal', zh, en, nextZh, nextEn });
const fault = (zh: string, nextZh: string, en: string, nextEn: string): FailureText => ({ severity: 'fault', zh, en, nextZh, nextEn });

export const failures = {
  // What was typed or handed in
  INPUT_INVALID: refusal('资料不完整或格式不对。', '请按提示改正后重试。', 'The data is incomplete or malformed.', 'Correct the named field and try again.'),
  ID_NUMBER_CHECK: refusal('身份证号校验位不对。', '请对照身份证重新输入。', 'The ID number has a wrong check digit.', 'Compare with the identity card and type it again.'),
  ID_NUMBER_MISMATCH: refusal('身份证号与出生日期或性别不符。', '请核对后改正。', 'The ID number does not match the birth date or sex.', 'Compare the three and correct them.'),
  DIVISION_UNKNOWN: refusal('没有这个行政区划代码，或当时尚未启用。', '请从列表中选择地址。', 'The division code is unknown or not in force on that day.', 'Pick the address from the list.'),
  DATE_IMPOSSIBLE: refusal('日期不存在或先后颠倒。', '请核对日期。', 'The date does not exist or the dates are in the wrong order.', 'Check the dates.'),
  KIND_NOT_AVAILABLE: refusal('按当日规定，不能办理此类证件。', '请改选证件种类。', 'The rules of that day do not provide this kind of permit.', 'Choose another kind.'),
  NOT_ELIGIBLE: refusal('尚不符合申领条件。', '请查看所缺条件，符合后再办。', 'The conditions for this permit are not yet met.', 'See which condition is missing; apply when it is met.'),
  PHOTO_NOT_JPEG: refusal('照片不是 JPEG 格式。', '请换一张 JPEG 照片。', 'The photo is not a JPEG.', 'Provide a JPEG photo.'),
  PHOTO_TOO_LARGE: refusal('照片超过 10,240 字节。', '请压缩或重拍。', 'The photo is larger than 10,240 bytes.', 'Compress it or take it again.'),
  DUPLICATE_PERSON: refusal('此身份证号已有有效居住证。', '请打开原记录核对。', 'This ID number already has a current permit.', 'Open the existing record and compare.'),

  // Card
  CARD_ABSENT: refusal('读卡器上没有卡。', '请放上居住证。', 'There is no card on the reader.', 'Put the permit on the reader.'),
  CARD_REMOVED: refusal('卡已移开，操作未完成。', '请放回同一张卡。', 'The card was removed before the work was done.', 'Put the same card back.'),
  CARD_NOT_PERMIT: refusal('这不是居住证。', '请放居住证。', 'This is not a residence permit.', 'Present a residence permit.'),
  CARD_BLANK: refusal('这是未签发的空白卡。', '请先制证，或换已签发的卡。', 'This card is blank and not issued.', 'Issue it first, or present an issued card.'),
  CARD_VOID: refusal('此卡写卡未完成，不能使用。', '请到制证终端续写。', 'Writing this card was never finished; it is void.', 'Resume it at the terminal that began it.'),
  CARD_ALREADY_ISSUED: refusal('此卡已经签发，不能再写。', '请换一张空白卡。', 'This card is already issued.', 'Take a blank card.'),
  CARD_OTHER_APPLICATION: refusal('此卡属于另一份申请。', '请换正确的卡。', 'This card belongs to another application.', 'Use the card of this application.'),
  CARD_TERMINATED: refusal('此卡已终止使用。', '请收回并登记。', 'This card is terminated.', 'Take it back and register it.'),
  CARD_AUTHENTICATION: refusal('空白卡认证未通过，可能不是本市的卡。', '请换卡；如再出现，请报告。', 'The blank card failed authentication; it may not be ours.', 'Take another blank; report it if it happens again.'),
  CARD_ANSWER_INVALID: fault('卡片应答异常。', '请擦净重放；仍不行请换卡。', 'The card gave an answer that makes no sense.', 'Wipe it and present it again; else take another card.'),
  CARD_STATUS: fault('卡片拒绝了命令。', '请重放卡片再试。', 'The card refused a command.', 'Present the card again and retry.'),
  CARD_SILENT: fault('卡片没有应答。', '请擦净重放，或换读卡器。', 'The card does not answer.', 'Wipe it and present it again, or use another reader.'),
  CARD_SM_BROKEN: fault('与卡片的加密通道出错。', '请重放卡片再试。', 'The secure channel with the card broke.', 'Present the card again and retry.'),
  READ_BACK_DIFFERS: fault('写后核对不符，请勿发卡。', '请重写或换卡。', 'What was read back differs from what was written; do not hand the card over.', 'Write again or take another card.'),
  KEY_SET_MISSING: refusal('此空白卡未分配给本机。', '请联网同步，或换本机领用的空白卡。', 'This blank was not allotted to this terminal.', 'Sync, or take a blank allotted to this terminal.'),

  // Access to a card
  CARD_PROFILE: refusal('此卡是旧规格的试验卡，不能使用。', '请换发正式卡。', 'This card is of an earlier trial form and may not be used.', 'Replace it with a card of the present form.'),
  ACCESS_CERTIFICATE_MISSING: refusal('本机还没有读写卡证书。', '请联网同步领取证书。', 'This terminal has no certificate for reading cards yet.', 'Go on-line and sync to get one.'),
  ACCESS_CERTIFICATE_EXPIRED: refusal('本机的读写卡证书已到期。', '请联网同步更新证书。', "This terminal's certificate for reading cards has run out.", 'Go on-line and sync to renew it.'),
  ACCESS_RIGHT_MISSING: refusal('本机没有这项读写卡的权限。', '请到有权限的终端办理，或由管理员授权。', 'This terminal has no right to do this on a card.', 'Use a terminal that has it, or ask the administrator.'),
  ACCESS_REFUSED: refusal('卡片不认可本机的证书。', '请同步后再试；仍不行请报告。', "The card does not accept this terminal's certificate.", 'Sync and try again; report it if it happens again.'),
  PIN_REQUIRED: refusal('需要持卡人输入密码。', '请持卡人输入六位密码。', "The holder's PIN is needed.", 'Let the holder type the six digits.'),
  PIN_NOT_SET: refusal('此卡还没有设密码。', '请到窗口设置密码。', 'This card has no PIN yet.', 'Set one at the counter.'),
  PIN_ALREADY_SET: refusal('此卡已经设过密码。', '如忘记密码请先重置。', 'This card has a PIN already.', 'Reset it first if it is forgotten.'),
  PIN_WRONG: refusal('密码不对。', '请再输一次；输错三次将锁定。', 'The PIN is wrong.', 'Type it again; after three wrong tries it is locked.'),
  PIN_BLOCKED: refusal('密码输错三次，已锁定。', '请带身份证到窗口重置。', 'The PIN is locked after three wrong tries.', 'Come to the counter with your identity card to reset it.'),
  PIN_FORM: refusal('密码须是六位数字。', '请重新输入六位数字。', 'A PIN has six digits.', 'Type six digits.'),
  PIN_WEAK: refusal('密码太简单。', '请勿用相同或连续的数字。', 'This PIN is too simple.', 'Use no equal digits and no rows such as 123456.'),
  BODY_DIFFERS: refusal('卡面号码与芯片不符，请勿发卡。', '请核对是否拿错了卡。', 'The number printed on the card does not match its chip; do not hand it over.', 'See whether two cards were exchanged.'),
  KEYPAD_MISSING: refusal('客户侧的密码键盘没有打开。', '请打开密码键盘窗口，转向持卡人。', "The holder's keypad is not open.", 'Open the keypad window and turn it to the holder.'),
  SERVICE_SLOTS_FULL: refusal('卡内服务栏已满。', '请先清理已办结的服务。', 'All service slots of this card are taken.', 'Replace one that is finished.'),

  // Reader
  READER_NOT_FOUND: fault('未找到读卡器。', '请插好 USB 线。', 'No card reader was found.', 'Reconnect the USB cable.'),
  READER_BUSY: fault('读卡器正被别的程序占用。', '请关闭其他读卡程序。', 'Another program is using the reader.', 'Close the other card program.'),
  READER_SERVICE_DOWN: fault('读卡服务未运行。', '请重启读卡服务。', 'The card service is not running.', 'Restart the card service.'),
  READER_PROCESS_DIED: fault('读卡进程中断，已自动重启。', '请重放卡片再试。', 'The reader process stopped and was restarted.', 'Present the card again and retry.'),
  READER_TIMEOUT: fault('读卡器超时未应答。', '请重新插拔读卡器。', 'The reader did not answer in time.', 'Unplug the reader and plug it in again.'),

  // Signatures and trust
  SIGNATURE_INVALID: refusal('数字签名无效。', '请按规程核查并上报。', 'The signature is wrong.', 'Follow the procedure and report it.'),
  SIGNER_UNKNOWN: refusal('签发机构不在信任名单内。', '请更新信任名单后再验。', 'The issuer is not on the trust list.', 'Update the trust list and verify again.'),
  SIGNER_NOT_ENTITLED: refusal('签发密钥超出授权范围。', '请按规程核查并上报。', 'The signing key acted outside its authority.', 'Follow the procedure and report it.'),
  PAYLOAD_INVALID: refusal('签名数据的格式不对。', '请换卡再验；再出现请上报。', 'The signed data is malformed.', 'Try again; report it if it happens again.'),
  DIGEST_MISMATCH: refusal('卡内资料与签名不符。', '请按规程核查并上报。', 'The data on the card does not match its signature.', 'Follow the procedure and report it.'),
  TRUST_ENVIRONMENT: refusal('测试与正式信任名单不可混用。', '请检查本机安装的版本。', 'Test and production trust may not be mixed.', 'Check which build is installed here.'),
  TRUST_MISSING: refusal('本机还没有信任名单。', '请先注册终端并同步。', 'This terminal has no trust list yet.', 'Enrol the terminal and sync.'),
  STATUS_LIST_MISSING: refusal('本机没有状态名单。', '请同步后再验，或电话核查。', 'This terminal has no status list.', 'Sync and verify again, or check by phone.'),
  STATUS_LIST_STALE: refusal('状态名单过期，无法确定。', '请同步名单或电话核查。', 'The status list is too old to tell.', 'Sync the list or check by phone.'),
  CLOCK_WRONG: refusal('本机时间不对，签发暂停。', '请校准时间后再办。', "This machine's clock is wrong; issuing is paused.", 'Correct the clock and go on.'),

  // Terminal
  TERMINAL_NOT_ENROLLED: refusal('本机尚未注册。', '请用一次性注册码注册。', 'This terminal is not enrolled.', 'Enrol it with a one-time code.'),
  TERMINAL_ALREADY_ENROLLED: refusal('本机已经注册。', '如需重新注册，请先在平台停用。', 'This terminal is already enrolled.', 'To enrol anew, retire it on the platform first.'),
  DELEGATION_EXPIRED: refusal('签发授权已到期。', '请联网同步以更新授权。', 'The authority to issue has run out.', 'Go on-line and sync to renew it.'),
  NUMBERS_EXHAUSTED: refusal('本机的证号已用完。', '请联网同步领取新号段。', 'This terminal has no permit numbers left.', 'Go on-line and sync to get a new block.'),
  JOURNAL_BUSY: refusal('有一张卡尚未写完。', '请先放回那张卡续写。', 'A card is still half written.', 'Put that card back and finish it first.'),

  // Storage
  DISK_FULL: fault('本机磁盘已满，本次没有保存。', '请清理磁盘后重做。', 'The disk is full; this was not saved.', 'Free some space and do it again.'),
  STORAGE_LOCKED: fault('本机数据库被占用。', '请关闭重复打开的程序。', 'The local database is locked.', 'Close the other copy of the program.'),
  STORAGE_CORRUPT: fault('本机数据库已损坏，已停止写入。', '请联系维护人员恢复，勿删除文件。', 'The local database is damaged; writing has stopped.', 'Call maintenance to restore it; delete nothing.'),
  STORAGE_READ_ONLY: fault('本机数据目录不能写入。', '请检查目录权限。', 'The data folder cannot be written.', 'Check the permissions of the folder.'),

  // Sync
  PLATFORM_UNREACHABLE: fault('连不上平台，已存本机，将自动上传。', '请继续办理。', 'The platform cannot be reached. Saved here, uploads later.', 'Carry on.'),
  PLATFORM_TIMEOUT: fault('平台超时未应答，数据仍在本机。', '请稍后再同步。', 'The platform did not answer in time; nothing is lost.', 'Sync again later.'),
  PLATFORM_FAULT: fault('平台内部出错，数据仍在本机。', '请稍后再试；仍不行请报告。', 'The platform has a fault; nothing is lost.', 'Try again later; report it if it persists.'),
  PLATFORM_ANSWER_INVALID: fault('平台的应答无法识别，未采用。', '请检查网络是否被拦截。', "The platform's answer makes no sense and was not used.", 'Check whether the network is being intercepted.'),
  RECEIPT_INVALID: fault('平台回执验证不通过，记录保留。', '请报告；记录不会丢失。', "The platform's receipt does not verify; the records stay.", 'Report it; no record is lost.'),
  REQUEST_SIGNATURE: refusal('平台不认可本机的签名。', '请检查本机注册状态。', "The platform refuses this terminal's signature.", 'Check the enrolment of this terminal.'),
  TERMINAL_UNKNOWN: refusal('平台不认识这台终端。', '请重新注册。', 'The platform does not know this terminal.', 'Enrol it again.'),
  TERMINAL_BLOCKED: refusal('这台终端已被停用。', '请联系管理员。', 'This terminal is blocked.', 'Call the administrator.'),
  ENROL_CODE_WRONG: refusal('注册码不对、已用过或已过期。', '请向管理员索取新的注册码。', 'The enrolment code is wrong, used or out of date.', 'Ask the administrator for a new one.'),
  ROOT_MISMATCH: refusal('平台根密钥与注册码不符。', '请立即停止并报告。', 'The platform root does not match the enrolment code.', 'Stop and report it.'),
  SYNC_FORK: fault('本机序列与平台记录分叉。', '请停止使用并联系维护人员。', 'This terminal and the platform hold different records for one number.', 'Stop using it and call maintenance.'),
  SYNC_GAP: fault('平台缺少较早的记录。', '将从缺少处重传。', 'The platform misses earlier records.', 'They are sent again from there.'),
  SYNC_EPOCH: fault('本机数据是旧备份。', '请联系维护人员开始新的纪元。', 'This terminal was restored from an old copy.', 'Call maintenance to begin a new epoch.'),
  BATCH_TOO_LARGE: fault('上传批次过大，将分小批重传。', '无需处理。', 'The batch was too large; it is sent again in smaller ones.', 'Nothing to do.'),
  SEQUENCE_BROKEN: fault('本机记录链不连续。', '请停止使用并联系维护人员。', "The chain of this terminal's records is broken.", 'Stop using it and call maintenance.'),

  // What the platform says of a record (quarantine)
  RECORD_UNREADABLE: fault('平台打不开这条记录，已隔离。', '平台人员会处理。', 'The platform could not open this record; it is in quarantine.', 'Platform staff will handle it.'),
  RECORD_REFUSED: fault('平台核验不通过，记录已隔离。', '平台人员会处理。', 'The platform verified this record and refused it; it is in quarantine.', 'Platform staff will handle it.'),
  APPROVAL_REQUIRED: refusal('此操作需第二人批准。', '请由另一位主管批准。', 'A second person must approve this.', 'Ask another supervisor to approve it.'),
  PERMIT_UNKNOWN: refusal('查无此证。', '请核对证号。', 'There is no such permit.', 'Check the permit number.'),

  // The clerk's desk
  DRAFT_GONE: refusal('这份草稿已不在本机。', '请返回首页查看。', 'This draft is not on this terminal any more.', 'Go back to the home screen.'),
  NAME_MISSING: refusal('还没有填写姓名。', '请按身份证填写。', 'The name is missing.', 'Type it as on the identity card.'),
  FIELD_MISSING: refusal('此项还没有填写。', '请填写后继续。', 'This is not filled in yet.', 'Fill it in and go on.'),
  GUARDIAN_REQUIRED: refusal('未满十六周岁须由监护人代办。', '请填写监护人并出示双方证件。', 'Below sixteen a guardian applies.', 'Fill in the guardian; both identity cards are shown.'),
  PHOTO_MISSING: refusal('还没有照片。', '请拍照或选择照片文件。', 'There is no photo yet.', 'Take one or choose a file.'),
  NOTICE_UNREAD: refusal('还没有告知并征得同意。', '请向办理人出示告知书。', 'The notice has not been shown yet.', 'Show the notice to the resident.'),
  CAMERA_UNAVAILABLE: fault('摄像头不能使用。', '请插好摄像头，或改用照片文件。', 'The camera cannot be used.', 'Connect it again, or use a photo file.'),
  PRINTER_UNAVAILABLE: fault('没有打印成功。', '请检查打印机和纸张后重打。', 'Nothing was printed.', 'Check the printer and its paper, then print again.'),
  GLYPH_MISSING: refusal('字库里没有这个字，打印会缺字。', '请先安装生僻字字库。', 'The fonts lack a character; it would be missing in print.', 'Install the font of rare characters first.'),

  // The permit's life
  STATE_NOT_ALLOWED: refusal('此证目前的状态不能办理这项业务。', '请查看状态和可办的业务。', "The permit's present state does not allow this step.", 'Look at its state and what it permits.'),
  APPLICATION_UNKNOWN: refusal('本机没有这份受理记录。', '请核对受理单号，或到受理的窗口办理。', 'This terminal has no such application.', 'Check the number on the slip, or go to the counter that accepted it.'),
  PAPERS_MISSING: refusal('材料不齐，不能审核。', '请按一次性告知单补齐。', 'Papers are missing; the review cannot begin.', 'Bring everything that the slip lists.'),
  REASON_REQUIRED: refusal('不予办理须写明理由。', '请填写理由后重试。', 'A refusal needs a written reason.', 'Write the reason and try again.'),
  ENDORSEMENT_TOO_EARLY: refusal('未到签注期。', '请在届满前一个月内再办。', 'It is too early for the endorsement.', 'Come back within the month before it falls due.'),
  CORRECTION_TOO_LATE: refusal('只能在签发当日更正。', '请按换领办理。', 'A correction is possible on the day of issue only.', 'Replace the card instead.'),
  OLD_CARD_REQUIRED: refusal('换领须交回旧证。', '请收回旧证；如已丢失请按补领办理。', 'The old card must be handed back.', 'Take the old card; if it is lost, report the loss first.'),
  CARD_OTHER_PERMIT: refusal('放上的卡不是这本证的卡。', '请放上所办证件的卡。', 'The card on the reader belongs to another permit.', 'Put down the card of the permit that is being served.'),
  PERMIT_OTHER_PERSON: refusal('此证不是这个身份证号的人的。', '请核对证号和身份证号。', 'This permit belongs to another person than this ID number.', 'Compare the permit number and the ID number.'),
  PERMIT_FACTS_MISSING: refusal('本机没有此证的资料。', '请联网查询后再办。', 'This terminal knows too little about the permit.', 'Go on-line and look it up first.'),
  CARD_IMAGE_OLD: refusal('卡内资料被换成了旧内容。', '请收卡并上报。', 'The contents of this card were replaced by older ones.', 'Keep the card and report it.'),
  STOCK_DIFFERS: refusal('空白卡数目与账目不符。', '请重新清点；仍不符请报主管。', 'The count of blank cards differs from the books.', 'Count again; if it still differs tell the supervisor.'),
  FEES_DIFFER: refusal('实收金额与账目不符。', '请重新点算；仍不符请报主管。', 'The money counted differs from the books.', 'Count again; if it still differs tell the supervisor.'),

  // Operators
  SIGN_IN_REQUIRED: refusal('请先登录。', '请用工号和口令登录。', 'Nobody is signed in.', 'Sign in with your operator number and password.'),
  OPERATOR_UNKNOWN: refusal('本机没有这个工号。', '请核对工号，或联网同步。', 'This operator number is not known here.', 'Check the number, or sync.'),
  OPERATOR_PASSWORD_WRONG: refusal('口令不对。', '请重新输入。', 'The password is wrong.', 'Type it again.'),
  OPERATOR_LOCKED: refusal('输错次数过多，账号暂时锁定。', '请稍后再试，或请主管解锁。', 'Too many wrong passwords; the account is locked for a while.', 'Wait, or ask a supervisor to unlock it.'),
  OPERATOR_DISABLED: refusal('此工号已停用。', '请联系管理员。', 'This operator number is disabled.', 'Call the administrator.'),
  OPERATORS_STALE: refusal('离线超过七天，不能登录。', '请联网同步后登录。', 'The terminal was off-line for more than seven days; nobody can sign in.', 'Go on-line, sync and sign in.'),
  ROLE_REQUIRED: refusal('您的岗位不能办理这项业务。', '请由有权限的人员办理。', 'Your role does not permit this.', 'Ask somebody whose role does.'),
  OPERATION_REQUIRED: refusal('查验前须选定事由和地点。', '请先选择事由并填写地点。', 'A check needs its reason and its place.', 'Choose the reason and write the place first.'),
  LOCAL_DATA_CLOSED: refusal('本机资料对您还未开放，查验照常。', '请曾在本机登录过的同事先登录，再由您登录。', 'The local data is not open to you yet; checks go on.', 'Let a colleague who signed in here before sign in, then sign in yourself.'),
  HISTORY_GONE: refusal('这条查验记录已清除。', '请返回列表。', 'This line of the history has been purged.', 'Go back to the list.'),
  HSM_UNAVAILABLE: fault('平台密钥模块不可用。', '请检查密钥模块和口令，再重新启动。', "The platform's key module is not available.", 'Check the module and its PIN, then start again.'),
  KEYSTORE_UNAVAILABLE: fault('本机密钥库打不开，无法读取本地资料。', '请重新登录系统；仍不行请联系维护人员。', "This machine's key store does not open; local data cannot be read.", 'Sign in to the system again; else call maintenance.'),

  // Limits of the queue
  OUTBOX_FULL: refusal('本机待传记录已满，暂停新业务。', '请联网同步后继续；挂失和注销仍可办理。', 'The queue of this terminal is full; new work is paused.', 'Go on-line and sync; losses and cancellations are still taken.'),
  PLATFORM_BUSY: fault('平台繁忙，将自动重试。', '无需处理。', 'The platform is busy; this is tried again by itself.', 'Nothing to do.'),

  // Everything else
  NOT_INITIALISED: refusal('数据目录尚未初始化。', '请先运行平台初始化。', 'The data folder is not initialised.', 'Run platform init first.'),
  SYSTEM_PACKAGE_MISSING: fault('缺少系统软件包。', '请按列出的命令安装。', 'A system package is missing.', 'Install it with the command shown.'),
  CANCELLED: refusal('操作已取消。', '可以重新开始。', 'The work was cancelled.', 'Start again when ready.'),
  INTERNAL: fault('程序内部出错，已停止本次操作。', '请重试；仍不行请运行诊断并报告。', 'The program met a fault and stopped this operation.', 'Try again; else run doctor and report it.'),
} as const satisfies Record<string, FailureText>;

export type FailureCode = keyof typeof failures;
export const failureCodes = Object.keys(failures) as FailureCode[];

/** A failure as a value. `detail` names a field, a status word or a count; never personal data. */
export interface Failure {
  readonly ok: false;
  readonly code: FailureCode;
  readonly detail?: string;
}
export interface Success<T> {
  readonly ok: true;
  readonly value: T;
}
export type Outcome<T> = Success<T> | Failure;

export const done = <T>(value: T): Success<T> => ({ ok: true, value });
export const failed = (code: FailureCode, detail?: string): Failure => (detail === undefined ? { ok: false, code } : { ok: false, code, detail });

/** Lost hardware, storage or network, with its code: thrown at the edges, turned into a value by the workflow that owns the operation. */
export class CodedError extends Error {
  override readonly name = 'CodedError';
  constructor(
    readonly code: FailureCode,
    readonly detail?: string,
    options?: ErrorOptions,
  ) {
    super(detail === undefined ? code : `${code}: ${detail}`, options);
  }
}

export const exitCodeOf = (code: FailureCode): 1 | 2 => (failures[code].severity === 'refusal' ? 2 : 1);
export const isFailureCode = (text: string): text is FailureCode => Object.hasOwn(failures, text);
