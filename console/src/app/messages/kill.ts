// The words of one part of the console; read when it is.
import { isolated, plural } from '../messages';

export const kill = {
  title: (name: string) => `Stop ${isolated(name)} at once?`,
  body: {
    robot: 'It gets nothing any more, whichever key or identity it shows, until somebody lifts this.',
    oauth_client: 'No robot gets anything of it any more, nothing is retrieved or refreshed, and nobody can sign in for it, until somebody lifts this.',
    target_system: 'No robot gets anything of its clients any more, nothing is retrieved or refreshed, and nobody can sign in for them, until somebody '
      + 'lifts this.',
    service_provider: 'No robot gets anything of any client at this provider any more, nothing is retrieved or refreshed, and nobody can sign in '
      + 'there, until somebody lifts this.',
    project: 'No robot of it gets anything any more, nothing of it is retrieved or refreshed, and nobody can sign in for its clients, until somebody '
      + 'lifts this.',
  },
  stops: 'What that stops:',
  counting: 'Counting what that stops',
  targetSystems: (n: number) => plural(n, 'target system', 'target systems'),
  clients: (n: number) => plural(n, 'OAuth client', 'OAuth clients'),
  clientsRead: (n: number) => `what it gets of ${plural(n, 'OAuth client', 'OAuth clients')}, by the rules that let it in`,
  robots: (n: number) => plural(n, 'robot', 'robots'),
  rules: (n: number) => `what robots get by ${plural(n, 'rule', 'rules')} of robot access`,
  reason: 'Why',
  reasonHint: 'For whoever finds it stopped.',
  revoke: 'Have its tokens revoked at the provider',
  revokeHint: 'They stay revoked when this is lifted.',
  revokeOfRobot: 'Have the tokens that it could get revoked at the provider',
  revokeOfRobotHint: 'Of every client that it may read: what it has is of no use then, and other robots of these clients need new ones too. '
    + 'They stay revoked when this is lifted.',
  whoLifts: 'Lifting it needs the permission “Lift a kill”, which you do not have here: an administrator does.',
  youLift: 'You may lift it yourself.',
  stopped: (name: string) => `${name} is stopped`,
  notDurable: 'It is in force, but could not be written down yet. Do not restart the server before it is.',
  failed: 'It was not stopped',
  isStopped: 'A kill switch stops it: to robots it is as if it were not there',
  isStoppedWith: {
    robot: (name: string) => `The robot ${isolated(name)} is stopped by a kill switch`,
    oauth_client: (name: string) => `The OAuth client ${isolated(name)} is stopped by a kill switch`,
    target_system: (name: string) => `The target system ${isolated(name)} is stopped by a kill switch, and this with it`,
    service_provider: (name: string) => `The service provider ${isolated(name)} is stopped by a kill switch, and this with it`,
    project: (name: string) => `The project ${isolated(name)} is stopped by a kill switch, and this with it`,
  },
  since: 'Since',
  revocation: { off: '', queued: 'Its tokens are being revoked at the provider.', done: 'Its tokens were revoked.' },
  card: 'Stopped by a kill switch',
  lift: 'Lift',
  liftTitle: (name: string) => `Let ${isolated(name)} go on?`,
  liftBody: 'Look-ups, retrievals and sign-ins go on at once. What was revoked stays revoked; what still waits for that is not revoked any more.',
  lifted: 'The kill was lifted',
  askToLift: 'To lift it, ask somebody with the permission “Lift a kill”, such as an administrator.',
} as const;
