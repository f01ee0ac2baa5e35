// Who must do something about a failure; read where one is shown.

export const whoMustAct = {
  nobody: 'Nobody has to do anything: it is tried again by itself.',
  target_system_owner: 'Who must act: whoever answers for the target system.',
  operator: 'Who must act: whoever runs this Strongroom.',
  provider: 'Who must act: the service provider.',
  provider_administrator: 'Who must act: the administrator of the organisation’s tenant at the service provider.',
  account_owner: 'Who must act: the owner of the account.',
} as const;
