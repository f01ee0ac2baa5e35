// The words of lists of browser sessions.

export const sessions = {
  title: 'Sessions',
  leadOf: 'Browsers in which they are signed in now.',
  leadOwn: 'Browsers in which you are signed in now. End those that you do not know, and then change your password.',
  none: 'Signed in nowhere.',
  begun: 'Signed in',
  ends: 'Ends at the latest',
  thisOne: 'This browser',
  end: 'End',
  endOf: (n: number) => `End session ${n}`,
  endAll: 'End all sessions',
  endOthers: 'End all other sessions',
  endedDone: 'Session ended',
  endedAllDone: 'All sessions ended',
  endedOthersDone: 'All other sessions ended',
} as const;
