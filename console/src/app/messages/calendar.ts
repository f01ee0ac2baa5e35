// The words of the calendar of expiries.

export const calendar = {
  title: 'Calendar of expiries',
  lead: 'Subscribe to it in your calendar program: it shows when what you may see here stops working, ahead of time and without anything secret in it.',
  secret: 'Whoever knows its address reads it, without signing in. It ends with your account, and when you say so.',
  off: 'Off',
  on: 'On',
  since: 'Its address was made',
  make: 'Make an address',
  makeNew: 'Make another address',
  makeNewTitle: 'Make another address?',
  makeNewBody: 'The address that you have works no more then: enter the new one in each calendar program that shows it.',
  freshTitle: 'The address of your calendar',
  freshLabel: 'Address of the calendar',
  freshBody: 'It is shown this once. Add it to your calendar program as a subscription, or “from URL”. Do not mail it: whoever knows it reads your calendar.',
  stored: 'I have stored it',
  end: 'End it',
  endTitle: 'End the calendar?',
  endBody: 'Its address works no more, and calendar programs show nothing new.',
  ended: 'The calendar has ended',
} as const;
