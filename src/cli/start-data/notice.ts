import type { Notice } from '../../contract/index.js';
import { dateInChina } from '../../permit/index.js';

/** What a resident is shown before data is collected (Personal Information Protection Law Art. 17, 35): who, for what, what, how long, which rights. An example text of a city that does not exist. */
export const cityNotice = (now: number): Notice => ({
  id: 'residence-permit',
  version: 1,
  from: dateInChina(now),
  zh: '本窗口受公安机关委托办理居住登记和居住证（《居住证暂行条例》第八条、第九条）。为此收集：姓名、性别、民族、出生日期、公民身份号码、相片、常住户口所在地住址、居住地住址、服务处所和联系电话。资料用于登记、制证、签注和依法查验，不用于其他目的；未经您单独同意，不提供给银行、通讯等单位。资料保存至证件注销后五年。您可以到本窗口查阅、复制、更正本人资料，或者投诉。本文为演示文本。',
  en: 'This counter registers residence and issues residence permits on behalf of the public security authority (Order 663 Art. 8, 9). For that it collects: name, sex, ethnicity, date of birth, ID number, photo, registered address, address of residence, employer and telephone number. They serve registration, making the card, endorsements and lawful checks, and nothing else; without your separate consent nothing is given to banks, telecom companies or others. They are kept until five years after the permit ends. At this counter you may see, copy and correct your data, or complain. This is a text of the demonstration.',
});
