// The words of one part of the console; read when it is.
import { isolated } from '../messages';

export const roles = {
  title: 'Roles',
  lead: 'A role is what a group may be given, everywhere or in one project. Those that are built in stay as they are; duplicate one to change it.',
  add: 'Add role',
  edit: (name: string) => `Role ${name}`,
  permission: 'Permission',
  matrix: 'What each role allows',
  builtIn: 'Built in',
  allows: (role: string) => `${role} allows it`,
  allowsNot: (role: string) => `${role} does not allow it`,
  actionsFor: (role: string) => `Actions for ${role}`,
  duplicate: 'Duplicate',
  copyOf: (name: string) => `Copy of ${name}`,
  allowed: 'What it allows',
  youLack: 'You do not have it everywhere, so you cannot give it.',
  gone: 'This role does not exist any more.',
  saved: (name: string) => `Role ${name} saved`,
  added: (name: string) => `Role ${name} added`,
  deleteTitle: (name: string) => `Delete ${isolated(name)}?`,
  deleteBody: 'Only a role that no group has can be deleted. This cannot be undone.',
  deletedDone: (name: string) => `${isolated(name)} is deleted`,
} as const;
