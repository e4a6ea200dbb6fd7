export default {
  title: 'What to report',
  explain: 'For you to copy; nothing leaves this machine. Report by the procedure of your unit.',
  itemsTime: 'Time of the check: {time}',
  itemsTerminal: 'Terminal: {terminal}',
  itemsSeq: 'Record number: {seq}',
  itemsResult: 'Verdict: {result}',
  itemsReason: 'Based on: {reason}',
  itemsBody: 'Whether printed permit number, printed card number and chip agree',
  itemsLook: 'Traces of change on print, photo or chip',
  itemsOrigin: 'Where the card came from and who presented it (asked by procedure)',
  itemsKeep: 'Seal the card apart, never write to it, name who handled it',
  close: 'Close',
} as const;
