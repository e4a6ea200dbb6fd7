import type { Random } from './random.js';

/** Surnames by how common they are: the first are drawn more often. */
const surnames = Array.from('王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆汪范');
const compound = ['欧阳', '上官', '诸葛', '司徒'];
const male = Array.from('伟强磊军勇杰涛超明刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林阳建国志文海东');
const female = Array.from('芳娜敏静丽艳娟霞秀玲桂英红梅雪琴云莲慧巧美倩婷玉萍兰凤洁琳颖露瑶怡佳欣');

/** Surnames that are usual in a group whose names have the Han form. */
const surnamesOfGroup: Readonly<Record<number, readonly string[]>> = {
  2: ['包', '白', '吴'],
  3: ['马', '杨', '田', '李'],
  6: ['杨', '吴', '龙', '石', '麻'],
  10: ['金', '朴', '崔', '李'],
  12: ['吴', '杨', '石', '陆'],
  15: ['向', '田', '谭', '覃', '彭'],
  22: ['蓝', '雷', '钟'],
};

/** Names of two parts with the middle dot (U+00B7), as identity cards print them: own name first, then the father's or the clan's. */
const dotted: Readonly<Record<number, { readonly male: readonly string[]; readonly female: readonly string[]; readonly second: readonly string[] }>> = {
  5: {
    male: ['买买提', '艾力', '阿不都热合曼', '吐尔逊', '玉苏甫'],
    female: ['阿依古丽', '古丽巴哈尔', '热依汗', '帕提古丽'],
    second: ['艾合买提', '吾买尔', '依明', '卡德尔', '阿布力孜'],
  },
  7: { male: ['木呷', '拉铁', '尔古', '子哈'], female: ['阿呷', '阿依', '尔洛', '尼扎'], second: ['吉克', '沙马', '阿苦', '曲比'] },
};

const surnameFor = (random: Random, ethnicGroup: number): string => {
  const own = surnamesOfGroup[ethnicGroup];
  if (own !== undefined) return random.pick(own);
  if (random.chance(0.01)) return random.pick(compound);
  return surnames[Math.floor(random.next() ** 2 * surnames.length)] ?? '王';
};

/** A given name of one or two characters; both sexes share a few, as in life. */
const givenName = (random: Random, sex: 1 | 2): string => {
  const from = sex === 1 ? male : female;
  return random.pick(from) + (random.chance(0.75) ? random.pick(from) : '');
};

/** `family` is the father's surname: a child of a Han-form name carries it. */
export const inventName = (random: Random, sex: 1 | 2, ethnicGroup: number, family?: string): { readonly name: string; readonly family: string } => {
  const own = dotted[ethnicGroup];
  if (own !== undefined) {
    const second = family ?? random.pick(own.second);
    return { name: `${random.pick(sex === 1 ? own.male : own.female)}·${second}`, family: second };
  }
  const surname = family ?? surnameFor(random, ethnicGroup);
  return { name: surname + givenName(random, sex), family: surname };
};
