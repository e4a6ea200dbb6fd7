export default {
  title: '注册终端',
  explain: '本机尚未注册。请在平台的管理页面登记本机，取得平台地址和一次性注册码，填写在下面。注册码只能用一次。',
  url: '平台地址',
  urlHint: '例如 https://platform.example.gov.cn',
  urlWrong: '请填写完整的地址，以 https:// 或 http:// 开头。',
  code: '一次性注册码',
  codeHint: '由平台管理员发给，请整段粘贴。',
  codeMissing: '请填写注册码。',
  name: '本机名称（可不填）',
  nameHint: '平台名册上显示的名称，例如“鹿城窗口 3 号”。',
  submit: '注册',
  busy: '正在向平台注册，生成本机密钥…',
} as const;
