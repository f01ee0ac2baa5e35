// Whether rules of robot access still count, and what is done about those that do not; read where rules are listed.
import { number, plural } from '../messages';

export const ruleStates = {
  state: 'State',
  valid: 'Valid',
  invalid: 'Invalid',
  anyState: 'Any state',
  unusedFor: (days: number) => `Unused for ${number(days)} days`,
  lastUsed: 'Last used',
  never: 'Never',
  reasons: {
    robot_changed: 'The robot’s program was changed since.',
    dependency_missing: 'The robot lacks something that it needs.',
    robot_gone: 'The robot was deleted since.',
    client_edited: 'Somebody changed the OAuth client since.',
    target_system_edited: 'Somebody changed the target system since.',
  } as Record<string, string>,

  update: 'Update to latest',
  updateTitle: (n: number) => `Update ${plural(n, 'rule', 'rules')} to the latest?`,
  updateLead: 'These let robots in again, as robot, client and target system are now:',
  updateNone: 'None of them can be updated now.',
  updateBlocked: (n: number) => `${plural(n, 'rule stays', 'rules stay')} invalid: first the robot has to come back, or get what it lacks.`,
  updateAction: (n: number) => `Update ${number(n)}`,
  updated: (n: number) => `${plural(n, 'rule lets', 'rules let')} robots in again`,
  noneInvalid: 'None of them is invalid',
  more: (n: number) => `and ${number(n)} more`,
  asking: 'Finding out what would change',

  cleanUp: 'Clean up',
  cleanUpTitle: 'Take away rules that nobody needs',
  cleanUpLead: 'Of those that the list’s filter lets through and that you may take away:',
  cleanInvalid: 'Invalid ones',
  cleanInvalidHelp: 'They let nobody in until they are updated.',
  cleanUnused: 'Unused ones',
  cleanUnusedHelp: 'No look-up went by them for that long, and they are older than that.',
  cleanDays: 'Unused for',
  days: (n: number) => `${number(n)} days`,
  cleanAction: (n: number) => `Take away ${number(n)}`,
  cleanNone: 'There is none.',
  cleaned: (n: number) => `${plural(n, 'rule', 'rules')} of access taken away`,
  final: 'This cannot be undone. Granting the same again is a new rule.',
} as const;
