export default {
  suspect: '有违法犯罪嫌疑，需查明身份',
  control: '依法实施现场管制',
  emergency: '严重危害治安的突发事件现场',
  station: '车站、港口、码头、机场或重大活动场所',
  'by-law': '法律规定的其他情形',
  registration: '查验居住登记',
  found: '拾获或上交的卡',
} as const;
