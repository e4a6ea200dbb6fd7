export default {
  title: 'Enrol this terminal',
  explain: "This terminal is not enrolled. Register it on the platform's administration page, get the platform's address and a one-time code there, and fill them in below. A code works once.",
  url: 'Address of the platform',
  urlHint: 'for example https://platform.example.gov.cn',
  urlWrong: 'Write the whole address, beginning with https:// or http://.',
  code: 'One-time code',
  codeHint: 'From the administrator of the platform; paste all of it.',
  codeMissing: 'Fill in the code.',
  name: 'Name of this terminal (optional)',
  nameHint: "As the platform's register shows it, for example Lucheng counter 3.",
  submit: 'Enrol',
  busy: 'Enrolling with the platform and making the keys of this terminal…',
} as const;
