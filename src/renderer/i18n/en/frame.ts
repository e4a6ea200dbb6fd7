export default {
  product: 'Residence permit terminal',
  homeTitle: 'Tasks',
  leaveTitle: 'Leave the program',
  lostLinkTitle: 'The service is restarting',
  failureTitle: 'Not completed',
  skipToContent: 'Skip to content',
} as const;
