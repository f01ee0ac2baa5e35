// The words of what people do with their own account.
import { plural } from '../messages';

export const account = {
  lead: 'How you sign in, what you let programs do in your name, and what you may do.',
  tabs: 'Parts of the account',
  signInTab: 'Signing in',
  keysTab: 'API keys',
  calendarTab: 'Calendar',
  rightsTab: 'What you may do',

  about: 'About you',
  user: 'User name',
  fullName: 'Full name',
  email: 'E-mail address',
  signsIn: 'You sign in',
  byPassword: 'With a password',
  byPasswordAndCode: 'With a password and a code',
  bySingleSignOn: 'At your organisation’s provider (single sign-on)',
  change: 'Change password',

  rights: 'What you may do',
  rightsLead: 'By the roles of the groups that you are in. Ask whoever manages people where something is missing.',
  meaning: 'What the words mean',
} as const;

export const secondFactor = {
  title: 'Second factor',
  lead: 'A code from an app on your telephone, beside the password: who finds out your password alone does not get in.',
  elsewhere: 'Your organisation’s provider asks for it, if it does: you have no password here.',
  off: 'Off',
  on: 'On',
  left: 'Recovery codes left',
  few: (n: number) => n === 0 ? 'No recovery code is left' : `Only ${plural(n, 'recovery code is', 'recovery codes are')} left`,
  fewBody: 'Without one, whoever loses the telephone needs an administrator to get in again. Make new ones.',
  setUp: 'Set up',
  newCodes: 'New recovery codes',
  turnOff: 'Turn off',

  setUpTitle: 'Set up the second factor',
  scan: 'Scan this picture with an authenticator app, such as the one that your organisation names.',
  picture: 'Picture for the authenticator app, which says the same as the secret beside it',
  orType: 'Or type this secret into the app',
  secret: 'Secret',
  thenCode: 'Then enter the code that the app shows, so that you are not locked out.',
  code: 'Code',
  codeHint: 'Six digits.',
  wrong: 'That code does not fit. Check that the clock of the telephone is right, and enter the newest code.',
  turnOn: 'Turn on',
  done: 'Second factor turned on',

  recoveryTitle: 'Keep these recovery codes',
  recoveryBody: 'Each lets you sign in once in place of a code, where the telephone is lost. They are shown this once. Print them, or keep them '
    + 'in a password manager: not on that telephone alone.',
  recoveryCodes: 'Recovery codes',
  download: 'Save as a file',
  kept: 'I have kept them where I find them without the telephone',
  close: 'Done',
  fileName: 'strongroom-recovery-codes',

  newCodesTitle: 'Make new recovery codes?',
  newCodesBody: 'The ones that you have do not work any more then.',
  newCodesAction: 'Make new ones',
  turnOffTitle: 'Turn the second factor off?',
  turnOffBody: 'Your password alone is enough then, for you and for whoever else knows it. Your recovery codes do not work any more.',
  turnedOff: 'Second factor turned off',
} as const;
