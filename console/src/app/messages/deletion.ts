// The words of taking something away; read when somebody is about to.
import { isolated, number, plural } from '../messages';

export const deletion = {
  delete: {
    title: (name: string) => `Delete ${name}?`,
    titleMany: (n: number) => `Delete ${number(n)}?`,
    undo: 'This can be undone for seven days.',
    project: 'After those seven days its data key is destroyed, and nobody can read what it sealed, not even with the disk. Backups that were made '
      + 'before still hold project and key, sealed: delete them too if nobody is to bring it back.',
    asking: 'Finding out what would be affected',
    affects: 'This also stops, at once:',
    affectsNothing: 'Nothing else is affected.',
    targetSystems: (n: number) => plural(n, 'target system', 'target systems'),
    oauthClients: (n: number) => plural(n, 'OAuth client', 'OAuth clients'),
    secrets: (n: number) => plural(n, 'secret', 'secrets'),
    robots: (n: number) => plural(n, 'robot', 'robots'),
    robotAccess: (n: number) => plural(n, 'rule of robot access', 'rules of robot access'),
    readers: 'Robots that can read it now, and then cannot:',
    readersMany: 'Robots that can read any of them now, and then cannot:',
    moreReaders: (n: number) => `and ${number(n)} more`,
    reader: (name: string) => isolated(name),
    action: 'Delete',
    progress: (done: number, total: number) => `${number(done)} of ${number(total)}`,
    done: (name: string) => `${name} deleted`,
    doneMany: (n: number) => `${number(n)} deleted`,
    restored: (name: string) => `${name} is back`,
    restoredMany: (n: number) => `${number(n)} ${n === 1 ? 'is' : 'are'} back`,
    failed: (name: string) => `${name} could not be deleted`,
    failedMany: (n: number) => `${number(n)} could not be deleted`,
    restoreFailed: (name: string) => `${name} could not be brought back`,
    restoreFailedMany: (n: number) => `${number(n)} could not be brought back`,
  },

  revoke: {
    title: (name: string) => `Revoke access: ${name}?`,
    titleMany: (n: number) => `Revoke ${plural(n, 'rule', 'rules')} of access?`,
    asking: 'Finding out who would lose access',
    affects: (n: number) => `${plural(n, 'robot', 'robots')} can then read it no more, from the moment this is answered.`,
    affectsNothing: 'No robot loses access: each that these let in is let in by another rule too, or there is none.',
    final: 'This cannot be undone. Granting the same again is a new rule.',
    action: 'Revoke',
    progress: (done: number, total: number) => `${number(done)} of ${number(total)}`,
    done: (name: string) => `Access revoked: ${name}`,
    doneMany: (n: number) => `${plural(n, 'rule', 'rules')} of access revoked`,
    failed: (name: string) => `Access could not be revoked: ${name}`,
    failedMany: (n: number) => `${plural(n, 'rule', 'rules')} could not be revoked`,
  },
};
