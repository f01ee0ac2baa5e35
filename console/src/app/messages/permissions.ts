// What each permission lets a person do, in plain words; read by what speaks of them.

/** In the order of the matrix: from looking to what is dangerous. */
export const permissionGroups = [
  { title: 'Look', permissions: ['view', 'read_audit'] },
  { title: 'Set up', permissions: ['configure', 'manage_projects', 'approve_destination'] },
  { title: 'Run', permissions: ['retrieve', 'disable', 'run_robots'] },
  { title: 'Let robots in', permissions: ['grant_access', 'manage_robot_keys'] },
  { title: 'Emergencies', permissions: ['kill', 'lift_kill'] },
  { title: 'People', permissions: ['manage_users', 'manage_roles', 'manage_api_keys'] },
  { title: 'Take out', permissions: ['extract', 'export'] },
  { title: 'The server', permissions: ['manage_server'] },
] as const;

export const permissionWords = {
  view: { name: 'See', help: 'Projects, target systems, OAuth clients, robots and who reads what. Never a secret.' },
  read_audit: { name: 'Read the audit log', help: 'Who did what and who got what; denied look-ups as well.' },
  configure: { name: 'Configure', help: 'Create, change, delete and restore target systems, OAuth clients and robots.' },
  manage_projects: { name: 'Manage projects', help: 'Name and settings of a project; everywhere: create and delete projects too.' },
  approve_destination: { name: 'Approve destinations', help: 'Say that stored secrets may go to a changed address.' },
  retrieve: { name: 'Sign in and retrieve', help: 'Have people sign in for a client, and an access token retrieved.' },
  disable: { name: 'Disable', help: 'Disable and enable OAuth clients.' },
  run_robots: { name: 'Run robots', help: 'For runners: report revisions of robots and start Basic Engine robots.' },
  grant_access: { name: 'Grant robot access', help: 'Let robots read a client, and put robots where a rule lets them.' },
  manage_robot_keys: { name: 'Manage robot keys', help: 'Create and revoke the keys of robots.' },
  kill: { name: 'Kill', help: 'Stop at once everything that comes of a robot, client, target system or provider.' },
  lift_kill: { name: 'Lift a kill', help: 'Let go on what was killed.' },
  manage_users: { name: 'Manage people', help: 'Users and groups, who is in which, and which roles a group has.' },
  manage_roles: { name: 'Manage roles', help: 'What a role allows.' },
  manage_api_keys: { name: 'Manage API keys', help: 'Those of other people; everybody has their own.' },
  extract: { name: 'Extract tokens', help: 'Get an access token as a person, by API or command line. Always audited.' },
  export: { name: 'Export', help: 'Take the settings of a project out, to another server.' },
  manage_server: { name: 'Manage the server', help: 'Its backups, keys, audit trail, notifications, and switches for everything.' },
} as const;

export type Permission = keyof typeof permissionWords;

/** Its name for people; the API's own where this console does not know it yet. */
export function permissionName(permission: string): string {
  return permission in permissionWords ? permissionWords[permission as Permission].name : permission;
}

export const permissions = {
  everywhere: 'Everywhere',
  where: 'Where',
  may: 'May',
  nobody: 'You may not do anything here yet',
  nobodyBody: 'Nobody has given a role to a group that you are in. Ask whoever manages people in your organisation’s Strongroom to put '
    + 'you into a group, and tell them which project you work on.',
  noneAllowed: 'None of them is yours to change',
  noneAllowedBody: 'You lack the permission for that in the projects that they belong to.',
  missing: (permission: string) => `You lack the permission “${permissionName(permission)}”. Ask whoever manages people to give it to a group of yours.`,
} as const;
