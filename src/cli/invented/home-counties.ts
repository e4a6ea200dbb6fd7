/** Where invented residents come from: real counties outside Wenzhou (GB/T 2260) with the ethnic groups (GB/T 3304) that occur there. */
export interface HomeCounty {
  readonly code: string;
  readonly name: string;
  readonly ethnicGroups: readonly number[];
}

const county = (code: string, name: string, ...others: number[]): HomeCounty => ({ code, name, ethnicGroups: [1, ...others] });

export const homeCounties: readonly HomeCounty[] = [
  county('341221', '安徽省阜阳市临泉县'),
  county('341222', '安徽省阜阳市太和县'),
  county('341225', '安徽省阜阳市阜南县'),
  county('361127', '江西省上饶市余干县'),
  county('361128', '江西省上饶市鄱阳县'),
  county('411522', '河南省信阳市光山县'),
  county('411625', '河南省周口市郸城县'),
  county('420683', '湖北省襄阳市枣阳市'),
  county('421083', '湖北省荆州市洪湖市'),
  county('422822', '湖北省恩施土家族苗族自治州建始县', 15),
  county('430523', '湖南省邵阳市邵阳县'),
  county('433124', '湖南省湘西土家族苗族自治州花垣县', 6, 15),
  county('500235', '重庆市云阳县'),
  county('500236', '重庆市奉节县'),
  county('511321', '四川省南充市南部县'),
  county('513436', '四川省凉山彝族自治州美姑县', 7),
  county('520521', '贵州省毕节市大方县', 7),
  county('522601', '贵州省黔东南苗族侗族自治州凯里市', 6, 12),
  county('530628', '云南省昭通市彝良县', 6),
  county('620522', '甘肃省天水市秦安县'),
  county('640522', '宁夏回族自治区中卫市海原县', 3),
  county('653125', '新疆维吾尔自治区喀什地区莎车县', 5),
  county('222401', '吉林省延边朝鲜族自治州延吉市', 10),
  county('150525', '内蒙古自治区通辽市奈曼旗', 2),
  county('331121', '浙江省丽水市青田县', 22),
];
