// The words of clients that wait after a restore; read where one is shown.
import { isolated, number, plural } from '../messages';

export const quarantine = {
  title: 'Quarantined: its tokens came out of a backup',
  body: 'The provider may have issued a newer refresh token since that backup was made. Using the older one again would make many providers end the '
    + 'whole grant, for everybody. So nothing is renewed until somebody says what is right.',
  since: 'Since',
  lives: 'The access token that is there is handed out as long as it lives.',
  dead: 'There is no living access token: look-ups fail.',
  ways: 'What you can do:',
  signIn: (account: string) => (account ? `Have ${isolated(account)} sign in again: safe in any case, and it ends the quarantine.`
    : 'Sign in again: safe in any case, and it ends the quarantine.'),
  lift: 'Lift the quarantine',
  liftWhen: 'Lift the quarantine, if its tokens were not renewed after the backup was made, or the provider’s refresh tokens stay the same.',
  askToLift: 'To lift it, ask somebody with the permission to configure this client.',

  liftTitle: (label: string) => `Lift the quarantine of ${isolated(label)}?`,
  liftSystemTitle: (system: string) => `Lift the quarantine of all clients of ${isolated(system)}?`,
  liftAllTitle: 'Lift the quarantine of all clients?',
  liftBody: 'The refresh token of the backup is used at the next renewal.',
  liftBodyMany: (n: number) => `The refresh tokens of the backup are used at the next renewal, for ${plural(n, 'OAuth client', 'OAuth clients')}.`,
  risk: 'If the provider has issued a newer one since, it takes this for theft and ends the grant, living access tokens too. Then these have to sign '
    + 'in again:',
  riskNobody: 'If the provider has issued a newer one since, it takes this for theft and ends the grant. Then somebody has to sign in again.',
  readers: 'and these robots get nothing until then:',
  moreNames: (n: number) => `and ${number(n)} more`,
  asking: 'Finding out who would lose what',
  lifted: (n: number) => `The quarantine of ${plural(n, 'OAuth client', 'OAuth clients')} was lifted`,
} as const;

/** The box of Basic Engine Robots, where a restore turned it on. */
export const boxReview = {
  title: (date: string) => `On since restore of ${date}: review`,
  body: 'A restored Basic Engine Robot takes this client as input, so the box is on. Leave it ticked if that is wanted, or untick it and save. '
    + 'Then say that you have looked at it.',
  bodyOff: 'A restored Basic Engine Robot takes this client as input, so the box was turned on. Somebody has unticked it since: that robot does not get it.',
  action: 'Reviewed',
  done: 'The box counts as reviewed',
} as const;
