export default {
  title: 'Sign in',
  hintPolice: 'Sign in with your service number and password; checking begins then.',
  hintOther: 'Sign in with your operator number and password.',
  operator: 'Operator number',
  operatorPolice: 'Service number',
  password: 'Password',
  submit: 'Sign in',
  busy: 'Checking the password…',
  operatorMissing: 'Type your number.',
  passwordMissing: 'Type your password.',
  lockedFor: '{minutes} min {seconds} s to wait.',
} as const;
