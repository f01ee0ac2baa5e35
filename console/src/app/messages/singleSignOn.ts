// The words of single sign-on: its settings, and its buttons on the sign-in page; read when one of them is shown.

export const signOnButtons = {
  with: (label: string) => `Sign in with ${label}`,
} as const;

export const singleSignOn = {
  title: 'Single sign-on',
  lead: 'People sign in to this console at an OpenID provider. Groups follow what the provider says of them; passwords go on working for emergencies.',
  add: 'Add OpenID provider',
  edit: (label: string) => `OpenID provider ${label}`,
  empty: 'No OpenID provider yet',
  emptyBody: 'Register this console at your provider as a web application with a client secret, and enter here what it gave you.',
  gone: 'This provider does not exist any more.',
  saved: (label: string) => `OpenID provider ${label} saved`,
  added: (label: string) => `OpenID provider ${label} added`,
  forbidden: 'Not for you to see',
  forbiddenBody: 'Whoever manages users everywhere sets up single sign-on.',

  label: 'Name on the button',
  labelHint: 'People see “Sign in with …”.',
  issuer: 'Issuer',
  issuerHint: 'The https address that the provider calls itself, letter by letter. Its metadata is read when you save.',
  clientId: 'Client id',
  clientSecret: 'Client secret',
  secretStored: 'One is stored. Leave it empty to keep it; another issuer, CA or address needs it again.',
  redirectUri: 'Redirect URI',
  redirectHint: 'Enter this at the provider.',
  scopes: 'Scopes',
  scopesHint: 'With spaces between them; openid is one of them.',
  userNameClaim: 'Claim of the user name',
  emailClaim: 'Claim of the e-mail address',
  groupsClaim: 'Claim of the groups',
  groupsHint: 'Its values are compared with the claim values of groups. Empty: nobody is in a group by this provider.',
  makeUsers: 'Make users of people who are not known yet',
  linkUsers: 'Who comes for the first time with the name of a user is that user from now on',
  linkHint: 'Right only where people cannot choose their names at the provider.',
  ca: 'Trusted CA (PEM)',
  caHint: 'Only for a provider with a certificate of your own CA.',
  addresses: 'Allowed addresses',
  addressesHint: 'Only for a provider that is not on the public internet: ranges such as 10.20.0.0/16, with spaces between them.',

  test: 'Test',
  testGood: (keys: number) => `The provider answers, and has ${keys} usable ${keys === 1 ? 'key' : 'keys'}.`,
  testGoodBody: 'Whether the client secret is right shows with the first sign-in.',
  testBad: 'Nobody can sign in by this provider',
} as const;
