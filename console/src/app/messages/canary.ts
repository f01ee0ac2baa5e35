// The words about canary clients; read when they are.
import { plural } from '../messages';

export const canary = {
  advanced: 'Advanced',
  box: 'This is a canary',
  boxHint: 'For a client that no robot needs. It works like any other, but whoever looks it up gives an alarm: nobody has an honest reason to. '
    + 'Robots cannot see that it is one; people who may look at this project can.',
  boxAdvice: 'Give it a label that tempts, an account that may do nothing, and access for the robots whose keys are to be watched.',
  title: 'It is a canary: nobody has looked it up',
  body: 'Whoever does gives an alarm: on the start page, in the log, in the metrics and in the audit log.',
  unknown: 'It is a canary: whoever looks it up gives an alarm',
  touched: (n: number) => `The canary was touched: ${plural(n, 'time', 'times')}`,
  touchedBody: 'Somebody used a robot’s key for what that robot has no reason to do. Stop the robot, then find out where its key is.',
  last: 'Last',
  by: 'By',
  from: 'From',
  events: 'All of it in the audit log',
} as const;
