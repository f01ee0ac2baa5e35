// The words of one part of the console; read when it is.
import { plural } from '../messages';

export const serviceProviders = {
  title: 'Service providers',
  lead: 'What Strongroom knows of those who issue tokens. Whatever follows the standard works with “Generic OAuth 2.0”, or by its issuer address.',
  filter: 'Find a service provider',
  none: 'No service provider of this name',
  grants: 'Flows',
  documentation: 'Documentation',
  documentationOf: (name: string) => `Documentation of ${name} (opens a new tab)`,
  use: 'Add target system',
  useOf: (name: string) => `Add target system at ${name}`,
  discovery: 'Its endpoints are read from its issuer address.',
  tenant: (label: string) => `Has tenants: ${label}.`,
  needs: (labels: string) => `Asks for: ${labels}.`,
  scopesRequired: 'Needs at least one scope.',
  appOnly: 'An application that acts for itself takes exactly one scope, ending in /.default.',
  resources: 'A token can be had for one resource.',
  loginHint: 'Can be told which account is expected to sign in.',
  minInterval: (seconds: number) => `A token is not replaced on demand before ${plural(seconds, 'second', 'seconds')} have passed.`,
  plain: 'Nothing: key, secret and flow are enough.',
} as const;
