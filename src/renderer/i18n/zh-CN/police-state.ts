export default {
  registered: '已登记',
  accepted: '已受理',
  approved: '已审核',
  made: '已制证',
  active: '有效',
  suspended: '中止',
  lost: '挂失',
  refused: '不予办理',
  ended: '注销',
} as const;
