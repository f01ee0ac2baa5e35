// The words of accounts of OpenID providers that are a user.
import { isolated } from '../messages';

export const signOnAccounts = {
  title: 'Single sign-on',
  lead: 'Accounts at your organisation’s providers that sign in as this person.',
  none: 'None yet: the first sign-in by single sign-on links one.',
  provider: 'Provider',
  subject: 'Account',
  since: 'Linked',
  unlink: 'Unlink',
  unlinkOf: (subject: string) => `Unlink ${subject}`,
  unlinkTitle: (subject: string) => `Unlink the account ${isolated(subject)}?`,
  unlinkBody: 'Sessions that began with it end. Whoever comes with it later is somebody new.',
  unlinkedDone: 'Account unlinked',
} as const;
