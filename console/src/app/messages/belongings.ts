// The words of one part of the console; read when it is.
import { isolated } from '../messages';

export const belongings = {
  title: 'What depends on them',
  lead: 'What somebody else has to look after, and what somebody else has to sign in for, when they leave.',
  nothing: 'Nothing that you may see.',
  targetSystems: 'Owner of target systems',
  oauthClients: 'Owner of OAuth clients',
  secrets: 'Owner of secrets',
  authorizedBy: 'OAuth clients that act for their account',
  authorizedByHelp: 'Their tokens end when the provider closes the account. Sign in with another account before, on the client’s page.',
  signedInFor: 'OAuth clients they last signed in for',
  heir: 'New owner',
  reassign: 'Make them the owner',
  reassigned: (systems: number, clients: number, secrets: number, heir: string) =>
    `${isolated(heir)} now owns ${systems} target systems, ${clients} OAuth clients and ${secrets} secrets more`,
} as const;
