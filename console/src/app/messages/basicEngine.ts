// The words of Basic Engine Robots: what they take as input, who takes it, and the switch that forbids it.
import { isolated } from '../messages';

/** What keeps an input from being delivered, as the API names it. */
const whyNot = {
  forbidden: 'This server is set to deliver nothing to Basic Engine Robots.',
  gone: 'The OAuth client was deleted.',
  other_project: 'The OAuth client is of another project now.',
  disabled: 'The OAuth client is disabled or not finished.',
  killed: 'The OAuth client is stopped.',
  box_off: 'Tick its box first',
  certificate_flow: 'Its target system proves with a private key who it is.',
  bound: 'Its token is bound to a key or certificate.',
  invalid: 'Something it stands on was changed since it was stored, or a restore could not confirm it. Store it again.',
} as const;

export const basicEngine = {
  title: 'Inputs',
  lead: 'A Basic Engine Robot cannot look anything up. Its runner is given the access tokens of these OAuth clients when it launches the robot: '
    + 'all of them, or none. They go past the rules of robot access.',
  none: 'It takes no OAuth client yet.',
  name: 'Input',
  nameHint: 'As the robot knows it.',
  client: 'OAuth client',
  chooseClient: 'Choose an OAuth client',
  clientHint: 'Of the robot’s project, with its box “Allow access for Basic Engine Robots” ticked.',
  targetSystem: 'Target system',
  delivery: 'Delivery',
  delivered: 'Delivered',
  notDelivered: 'Not delivered',
  whyNot,
  openBox: (label: string) => `Tick its box first: ${label}`,
  noBox: 'Its box “Allow access for Basic Engine Robots” is not ticked',
  withoutBox: (system: string) => `${system}, box not ticked`,
  gone: 'Gone',
  add: 'Add input',
  addTitle: 'Add an input',
  bypasses: 'What is delivered goes past the rules of robot access, and the robot keeps it for the whole run.',
  needs: 'Adding and removing inputs needs the permissions “Configure” and “Grant robot access”.',
  added: (name: string) => `Input ${isolated(name)} added`,
  remove: 'Remove',
  removeOf: (name: string) => `Remove input ${name}`,
  removeTitle: 'Remove this input?',
  removeBody: (name: string) => `The robot is launched without ${isolated(name)} from now on.`,
  removed: (name: string) => `Input ${isolated(name)} removed`,
  storeAgain: 'Store again',
  storedAgain: 'The inputs count again',

  filter: 'Delivered to Basic Engine Robots',
  takers: 'Taken as input by',
  taker: (path: string, name: string, input: string) => `${isolated(path ? `${path}/${name}` : name)} (${isolated(input)})`,
  noTaker: 'No robot',
} as const;

export const serverPage = {
  title: 'Server',
  lead: 'Switches that hold for the whole server, in force at once.',
  forbid: 'Forbid delivery to Basic Engine Robots',
  forbidHelp: 'No Basic Engine Robot is given a token any more, whatever box is ticked. Robots that look tokens up are not concerned.',
  forbidden: 'Delivery to Basic Engine Robots is forbidden',
  allowed: 'Delivery to Basic Engine Robots is allowed',
  report: 'OAuth clients that are delivered to Basic Engine Robots',
  needs: 'Changing it needs the permission “Manage the server” everywhere.',
} as const;
