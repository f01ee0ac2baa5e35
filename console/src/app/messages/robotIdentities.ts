// How a robot gets in without a key; read where that is set up.

export const robotIdentities = {
  title: 'Without a key',
  lead: 'Where a robot runs in a cluster or a CI system, or has a client certificate anyway, it needs no key: it shows what it has. Nothing secret '
    + 'has to be put anywhere.',
  none: 'Nothing yet: this robot gets in with keys alone.',
  addToken: 'Add workload identity',
  addCertificate: 'Add client certificate',
  full: 'Ten live. Revoke one before you add another.',
  how: 'How',
  who: 'Who it is',
  kinds: { token: 'Workload token', certificate: 'Client certificate' },
  issuedBy: (issuer: string) => `Signed by ${issuer}`,
  forAudience: (audience: string) => `for ${audience}`,
  claimIs: (name: string, value: string) => `${name} is ${value}`,
  byCa: (fingerprint: string) => `Vouched for by the CA ${fingerprint}`,
  subjectIs: (name: string) => `Subject ${name}`,
  uriIs: (name: string) => `URI ${name}`,
  dnsIs: (name: string) => `DNS name ${name}`,
  revoke: 'Revoke',
  revokeOf: (what: string) => `Revoke ${what}`,
  revokeTitle: 'Revoke this identity?',
  revokeBody: 'From the moment this is answered, no look-up with it succeeds. It cannot be undone.',
  revoked: 'Identity revoked',
  added: 'Identity added',

  tokenTitle: 'Let it in with workload tokens',
  tokenLead: 'The robot sends the token that its platform signs for it, in place of a key.',
  platform: 'Platform',
  platforms: { kubernetes: 'Kubernetes', github: 'GitHub Actions', gitlab: 'GitLab CI', other: 'Another issuer' },
  where: 'What to put where',
  whereLead: {
    kubernetes: 'A volume of the pod has the token, and the cluster renews it. The robot reads the file before each look-up and sends it as Authorization: Bearer.',
    github: 'The workflow may ask for tokens, and asks for one. The robot sends it as Authorization: Bearer.',
    gitlab: 'The job gets the token in a variable. The robot sends it as Authorization: Bearer.',
    other: 'Have the platform sign a token for this audience. The robot sends it as Authorization: Bearer.',
  },
  snippetName: { kubernetes: 'Pod', github: 'Workflow', gitlab: '.gitlab-ci.yml' },
  issuer: 'Issuer',
  issuerHint: {
    kubernetes: 'The member “issuer” of what kubectl get --raw /.well-known/openid-configuration says.',
    github: 'The same for everybody. A GitHub Enterprise Server has its own.',
    gitlab: 'The address of your GitLab.',
    other: 'As its tokens have it in iss, letter by letter.',
  },
  audience: 'Audience',
  audienceHint: 'Whom the tokens are for. Ask the platform for exactly this.',
  claims: 'What the token must say besides',
  claimsHint: 'The issuer signs for everybody who works with it: this decides who it is. Name the repository or the service account in full. '
    + '* stands for any characters.',
  claimName: 'Claim',
  claimNameOf: (n: number) => `Claim ${n}`,
  claimValue: 'Must be',
  claimValueOf: (n: number) => `Claim ${n} must be`,
  addClaim: 'Add a claim',
  removeClaim: (n: number) => `Take claim ${n} out`,
  claimTwice: 'One claim is there twice.',
  network: 'Where its keys are',
  jwks: 'Address of its key set',
  jwksHint: 'Left empty: where the issuer’s OpenID configuration says.',
  ca: 'Trusted CA',
  caHint: 'A file with the CA of the issuer’s servers, such as the cluster’s. Left empty: public CAs.',
  addresses: 'Allowed addresses',
  addressesHint: 'Where its servers may be, beyond the public internet: 10.96.0.1/32. Press Enter after each.',
  notACertificate: 'There is no certificate in this file.',

  certificateTitle: 'Let it in with a client certificate',
  certificateLead: 'The robot shows its certificate when it connects, and sends no key. Whoever runs the server has to name the CA in server.client_ca_file.',
  caFile: 'The CA’s certificate',
  caFileHint: 'The file is read here for its fingerprint, and not sent.',
  fingerprint: 'Fingerprint of the CA (SHA-256)',
  fingerprintHint: 'As openssl x509 -noout -fingerprint -sha256 says it. Another CA with the same name is somebody else.',
  name: 'What the robot’s certificate must say',
  names: { subject: 'Its subject', san_uri: 'A URI', san_dns: 'A DNS name' },
  nameLabels: { subject: 'Subject', san_uri: 'URI', san_dns: 'DNS name' },
  nameHints: {
    subject: 'As openssl x509 -noout -subject -nameopt RFC2253 writes it: CN=reader,O=Example.',
    san_uri: 'Among its alternative names, such as spiffe://example.org/reader.',
    san_dns: 'Among its alternative names, such as reader.example.org.',
  },
  limits: 'Limits',
} as const;

/** What the platform has to be told, for tokens of that audience. */
export const platformSnippets = {
  kubernetes: (audience: string) => `spec:
  containers:
  - name: robot
    volumeMounts:
    - {name: strongroom, mountPath: /var/run/strongroom, readOnly: true}
  volumes:
  - name: strongroom
    projected:
      sources:
      - serviceAccountToken:
          path: token
          audience: ${audience}
          expirationSeconds: 3600`,
  github: (audience: string) => `permissions:
  id-token: write
jobs:
  robot:
    steps:
    - run: |
        curl --silent --fail -H @<(printf 'Authorization: bearer %s' "$ACTIONS_ID_TOKEN_REQUEST_TOKEN") \\
          "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=${encodeURIComponent(audience)}" | jq -r .value > token`,
  gitlab: (audience: string) => `robot:
  id_tokens:
    STRONGROOM_TOKEN:
      aud: ${audience}`,
} as const;
