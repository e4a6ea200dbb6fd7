export default {
  title: '本次为何查验？',
  explain: '只问一次，记入每条查验记录；随时按 F4 更改。查验前请出示执法证件。',
  purpose: '查验事由',
  place: '查验地点',
  placeHint: '岗位或街道，如“火车站东广场”，不写人名。',
  placeMissing: '请填写查验地点。',
  purposeMissing: '请选择查验事由，可按数字键。',
  begin: '开始查验',
  current: '{purpose} · {place}',
  none: '未选择事由',
} as const;
