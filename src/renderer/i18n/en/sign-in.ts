export default {
  title: 'Sign in',
  operator: 'Operator number',
  password: 'Password',
  submit: 'Sign in',
} as const;
