// The words of entering a code of the second factor.

export const codes = {
  code: 'Code',
  codeHint: 'The six digits that your authenticator app shows now.',
  recoveryCode: 'Recovery code',
  recoveryHint: 'One of those that you kept when you set the second factor up. Each works once.',
  useRecovery: 'I do not have my device: use a recovery code',
  useApp: 'Use the authenticator app',
} as const;
