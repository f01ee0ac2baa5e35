// The words of one part of the console; read when it is.

export const projects = {
  title: 'Projects',
  lead: 'A project keeps target systems, OAuth clients and robots apart from those of other projects. Each has a data key of its own.',
  add: 'Add project',
  edit: (name: string) => `Project ${name}`,
  nameHelp: 'Robots name the project when they look a token up. Upper and lower case do not matter.',
  descriptionHelp: 'For people: what belongs here, and who looks after it.',
  access: 'Robot access',
  accesses: { default: 'Survives changes', strict: 'Strict' },
  accessHelp: {
    default: 'What was granted stays granted, whatever becomes of robot and client.',
    strict: 'A rule lets nobody in any more once its robot’s program changes or lacks something, or a person edits the client or its target '
      + 'system, until somebody updates it to the latest.',
  },
  openVault: 'OAuth clients',
  empty: 'No project yet',
  emptyBody: 'A project comes first; target systems, OAuth clients and robots belong to one.',
  saved: (name: string) => `Project ${name} saved`,
  added: (name: string) => `Project ${name} added`,
  gone: 'This project does not exist any more.',
  deleteMany: 'Delete',
} as const;
