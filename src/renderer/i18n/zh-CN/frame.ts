export default {
  product: '居住证终端',
  homeTitle: '办理',
  leaveTitle: '退出程序',
  lostLinkTitle: '服务正在重启',
  failureTitle: '操作未完成',
  skipToContent: '跳到正文',
} as const;
