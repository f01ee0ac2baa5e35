// The words of the window that asks once more who it is.

export const stepUp = {
  title: 'Show that it is you',
  body: 'This changes who may do what, or lets something out. What you were doing goes on afterwards, and for ten minutes you are not asked again.',
  submit: 'Go on',
  wrong: 'That was not right. Check it, and try again.',
  signOn: 'You sign in at your organisation’s provider. Sign in there once more, in the tab that opens, then come back to this one.',
  signOnAt: (label: string) => `Sign in again with ${label}`,
  signOnAgain: 'Sign in again at your provider',
  anew: 'This session cannot show it. Sign out, and sign in anew.',
  cameBack: 'I have signed in again',
} as const;
