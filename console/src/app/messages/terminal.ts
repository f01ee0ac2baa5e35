// The words of signing in from a terminal; read when somebody does.

export const terminal = {
  lead: 'The command “strongroom login” shows a code and waits for you. Whoever gets your approval acts in your name.',
  code: 'Code',
  codeHint: 'As the terminal shows it: eight letters',
  next: 'Continue',
  about: 'Who asks',
  host: 'Machine, as the terminal calls it',
  address: 'Network address',
  started: 'Started',
  ends: 'Waits until',
  warning: 'Approve it only if you started this yourself a moment ago',
  warningBody:
    'Somebody who sent you this link or this code wants your rights. If you did not type “strongroom login” just now, deny it.',
  compared: (code: string) => `My terminal shows ${code}, and I started this myself`,
  days: 'Days until the key ends',
  daysHint: 'From 1 to 3650. The terminal has to sign in again after that; “strongroom logout” ends it sooner.',
  daysWrong: 'A whole number from 1 to 3650.',
  approve: 'Approve',
  deny: 'Deny',
  other: 'Another code',
  approved: 'Approved',
  approvedBody: 'The terminal goes on by itself within a few seconds. You can close this page.',
  denied: 'Denied',
  deniedBody: 'The terminal got nothing, and has been told so.',
  decided: 'This has been decided already',
} as const;
