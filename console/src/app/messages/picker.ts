// The words of boxes in which one of many is chosen.
import { number } from '../messages';

export const picker = {
  placeholder: 'Type to find one',
  clear: 'Clear',
  open: 'Show choices',
  none: 'Nothing with this name',
  more: (n: number) => `${number(n)} more: type to find one`,
} as const;

/** Of projects, as many as are wanted. */
export const projectChoice = {
  project: 'Project',
  add: 'Find a project to add',
  remove: (name: string) => `Leave out ${name}`,
} as const;
