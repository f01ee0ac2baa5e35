// Every word that the console shows, by page. Sentences that hold a value are functions, so that their keys and values are typed.
// Words of the field are written as on the screens of the documentation: OAuth client, target system, robot access.

export const plural = (n: number, one: string, many: string) => `${number(n)} ${n === 1 ? one : many}`;

/** A number in the person's own writing. */
export function number(n: number): string {
  return n.toLocaleString();
}

/** A name that somebody typed, so that its writing direction does not run into the sentence around it. */
export function isolated(name: string): string {
  return `\u2068${name}\u2069`;
}

export const text = {
  product: 'Strongroom',

  common: {
    add: 'Add',
    save: 'Save',
    cancel: 'Cancel',
    close: 'Close',
    delete: 'Delete',
    stop: 'Stop at once',
    edit: 'Edit',
    undo: 'Undo',
    retry: 'Try again',
    name: 'Name',
    description: 'Description',
    created: 'Created',
    changed: 'Changed',
    loading: 'Loading',
    required: 'Please fill this in.',
    reload: 'Load it again',
    changedMeanwhile: 'Somebody else has changed this since you opened it. Nothing of yours was saved.',
    unreachable: 'The server cannot be reached. Check the network, or whether the server is running.',
    unreadable: (status: number) => `The server, or something on the way to it, answered ${status} without saying why.`,
    unexpected: 'Something went wrong in the console itself.',
    moreAbout: (what: string) => `More about ${what}`,
    copy: 'Copy',
    copied: 'Copied',
    pageFailed: 'This page could not be shown',
    noPermission: 'You may not see this',
    notFound: 'There is no such page',
    notFoundBody: 'The address may be out of date.',
    toStart: 'Go to the start page',
    emptyValue: '–',
    breadcrumb: 'Where this is',
  },

  navigation: {
    label: 'Main',
    skip: 'Skip to the content',
    toggle: 'Navigation',
    start: 'Start',
    repository: 'Repository',
    projects: 'Projects',
    robots: 'Robots',
    vault: 'Vault',
    administration: 'Administration',
    users: 'Users',
    groups: 'Groups',
    roles: 'Roles',
    apiKeys: 'API keys',
    serviceProviders: 'Service providers',
    auditLog: 'Audit log',
    deniedLookUps: 'Denied look-ups',
    notifications: 'Notifications',
    server: 'Server',
    keys: 'Keys',
    backups: 'Backups',
    restoreReport: 'Restore report',
  },

  masthead: {
    practice: 'Practice',
    project: 'Project',
    allProjects: 'All projects',
    unknownProject: 'Project that is gone',
    findProject: 'Find a project',
    noProject: 'No project with this name',
    moreProjects: (n: number) => `${plural(n, 'more project', 'more projects')}: type to find one`,
    manageProjects: 'Manage projects',
    appearance: 'Appearance',
    theme: 'Theme',
    light: 'Light',
    dark: 'Dark',
    system: 'As the system',
    contrast: 'Contrast',
    contrastDefault: 'Normal',
    contrastHigh: 'High',
    userMenu: (name: string) => `Signed in as ${name}`,
    account: 'My account',
    changePassword: 'Change password',
    shortcuts: 'Keyboard shortcuts',
    signOut: 'Sign out',
    version: (version: string) => `Version ${version}`,
  },

  table: {
    filter: 'Filter',
    filterHint: 'Name, with ? and *',
    clearFilter: 'Clear the filter',
    columns: 'Columns',
    refresh: 'Refresh',
    reset: 'Reset filters and columns',
    export: 'Export as CSV',
    exporting: (got: number, total: number) => `${number(got)} of ${number(total)}`,
    exportFailed: 'The export failed',
    actionsFor: (name: string) => `Actions for ${name}`,
    selectRow: (name: string) => `Select ${name}`,
    selectPage: 'Select page',
    selectNone: 'Select none',
    selectMenu: 'Selection',
    selectAll: (total: number) => `Select all ${number(total)} that match`,
    selected: (n: number) => `${number(n)} selected`,
    range: (from: number, to: number, total: number) => `${number(from)}–${number(to)} of ${number(total)}`,
    rangeAndSize: (from: number, to: number, total: number) =>
      `${number(from)}–${number(to)} of ${number(total)}, rows per page`,
    pagination: 'Pages',
    firstPage: 'First page',
    previousPage: 'Previous page',
    nextPage: 'Next page',
    lastPage: 'Last page',
    page: 'Page',
    perPageSuffix: 'per page',
    ofPages: 'of',
    nothingMatches: 'Nothing matches',
    nothingMatchesBody: 'Nothing here is let through by the filter.',
    failed: 'The list could not be read',
    outdated: 'What is shown may be out of date',
    state: 'State',
    actions: 'Actions',
    working: 'Working',
  },

  window: {
    unsavedTitle: 'Discard what you entered?',
    unsavedBody: 'It has not been saved.',
    discard: 'Discard',
    stay: 'Go on editing',
  },

  form: {
    failed: 'This could not be saved',
    goTo: (label: string) => `Go to ${label}`,
  },

  toasts: {
    close: (title: string) => `Close: ${title}`,
  },

  status: {
    active: 'Active',
    expiring: 'Expiring',
    failing: 'Failing',
    needs_sign_in: 'Needs sign-in',
    needs_retrieval: 'Needs retrieval',
    disabled: 'Disabled',
    draft: 'Not finished',
    deleted: 'Deleted',
    stopped: 'Stopped',
    quarantined: 'Quarantined',
  },

  deleted: {
    not: 'Not deleted',
    state: 'Deleted',
    restore: 'Restore',
    at: 'Deleted',
    goneAt: 'Gone for good',
    tooLate: 'Nor was it deleted within the last seven days, for which it could be brought back.',
    title: 'It was deleted. To robots it is not there; until it is gone for good it can be brought back as it was.',
  },

  time: {
    utc: (time: string) => `${time} UTC`,
    never: 'Never',
  },

  start: { title: 'Start' },

  projects: { title: 'Projects' },
  robots: { title: 'Robots' },

  vault: {
    title: 'Vault',
    tabs: 'Parts of the vault',
    targetSystems: 'Target systems',
    oauthClients: 'OAuth clients',
    secrets: 'Secrets',
    robotAccess: 'Robot access',
    filter: 'Filter the vault',
    filterHint: 'Part of a name; ? and * as wildcards; a slash for a robot’s path',
  },

  auditLog: { title: 'Audit log' },
  deniedLookUps: { title: 'Denied look-ups' },
  singleSignOn: { title: 'Single sign-on' },
  terminal: { title: 'Sign in from a terminal' },
} as const;

/** The states of an OAuth client, as the API names them; and those of what was deleted, or is stopped by a kill switch. */
export type ClientState = keyof typeof text.status;
