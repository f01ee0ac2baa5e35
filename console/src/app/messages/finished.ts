// The words of one part of the console; read when it is.
import { isolated } from '../messages';

export const finished = {
  title: (label: string) => `OAuth client ${isolated(label)}: robots`,
  nobodyYet: 'No robot can use this client yet',
  nobodyYetBody: 'Choose a robot that may look its tokens up, or make a new one.',
  withoutToken: 'There is no token yet. The client waits in the list, and robots get tokens when it has one.',
  robot: 'Robot',
  newRobot: 'A new robot',
  existing: 'A robot that is there',
  chooseRobot: 'Choose a robot',
  which: 'Which robot',
  name: 'Name',
  path: 'Path',
  pathHint: 'Where it lies, such as finance/invoices. May be empty.',
  grant: 'Grant access',
  mayNot: 'Granting access needs the permission for it. Ask somebody who has it.',
  granted: (robot: string) => `${isolated(robot)} may use this client`,
  keyOnce: 'The robot’s key is shown this once. Copy it now, into a file that only the robot can read.',
  key: 'Robot key',
  useIt: 'So the robot gets a token; its key is in the file robot.key:',
  snippet: 'Look-up with curl',
  commandLine: 'With strongroom’s command line',
  waiting: 'Waiting for its first look-up. This window can be closed.',
  lookedUp: 'The first look-up arrived. All is done.',
  later: 'Close without a robot',
} as const;
