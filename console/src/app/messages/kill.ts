// The words of one part of the console; read when it is.
export const kill = {
  stop: 'Stop at once',
  title: (name: string) => `Stop ${name} at once?`,
  body: 'No robot gets anything of it any more, nothing is retrieved or refreshed, and nobody can sign in for it, until somebody lifts this.',
  reason: 'Why',
  reasonHint: 'For whoever finds it stopped.',
  revoke: 'Have its tokens revoked at the provider',
  revokeHint: 'They stay revoked when this is lifted.',
  stopped: (name: string) => `${name} is stopped`,
  notDurable: 'It is in force, but could not be written down yet. Do not restart the server before it is.',
  failed: 'It was not stopped',
  isStopped: 'A kill switch stops it: to robots it is as if it were not there',
  lift: 'Lift',
  lifted: 'The kill was lifted',
  liftFailed: 'The kill was not lifted',
};
