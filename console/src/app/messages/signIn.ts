// The words of signing in and of passwords; read when somebody does.
import { plural } from '../messages';

export const signIn = {
  title: 'Sign in',
  again: 'Your session has ended',
  againBody: 'Sign in again to go on. The page behind this window stays as it is.',
  elsewhere: 'You signed out in another tab',
  elsewhereBody: 'Sign in again to come back to where you were.',
  user: 'User name',
  password: 'Password',
  submit: 'Sign in',
  wrong: 'User name or password is wrong.',
  wrongCode: 'That code is wrong, or was used already. Wait for the next one.',
  startAgain: 'Start again',
  tooMany: (seconds: number) => `Too many attempts. Try again in ${plural(seconds, 'second', 'seconds')}.`,
  other: 'Sign in as somebody else',
  forgotten: 'First time here, or password forgotten?',
  forgottenBody:
    'The first administrator’s password is in a file on the server, whose path the server said when it started. '
    + 'On the host, “strongroom user reset-password” makes a new one.',
} as const;

export const changePassword = {
  title: 'Choose a new password',
  first: 'This password was made for you. Choose your own before you go on.',
  others: 'All other sessions of yours end.',
  current: 'Current password',
  next: 'New password',
  repeat: 'New password, once more',
  differ: 'The two are not the same.',
  same: 'This is the current one.',
  submit: 'Change password',
  done: 'Password changed',
} as const;
