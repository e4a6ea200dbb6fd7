/** GB/T 3304-1991: numeric code and name. 97 and 98 are not in the standard's list of 56; identity-card readers return both. */
const names =
  '汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 ' +
  '塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺';

/** Code → name as printed on an identity card, without 族 (汉, 维吾尔, …). */
export const ethnicGroups: ReadonlyMap<number, string> = new Map<number, string>([
  ...names.split(' ').map((name, i): [number, string] => [i + 1, name]),
  [97, '其他'],
  [98, '外国血统'],
]);

export const findEthnicGroup = (code: number): string | undefined => ethnicGroups.get(code);
