export default {
  title: '上报要点',
  explain: '以下供抄录，本机不向外发送任何内容。请按本单位规程上报。',
  itemsTime: '查验时间：{time}',
  itemsTerminal: '终端：{terminal}',
  itemsSeq: '记录序号：{seq}',
  itemsResult: '结论：{result}',
  itemsReason: '依据：{reason}',
  itemsBody: '卡面证号、卡面编号与芯片证号是否一致',
  itemsLook: '卡面印刷、相片和芯片有无改动痕迹',
  itemsOrigin: '此卡从何处得来、由何人出示（按规程询问）',
  itemsKeep: '此卡单独封存，不要再次写卡，写明经手人',
  close: '关闭',
} as const;
