// The words of boxes for secrets.

export const secret = {
  show: 'Show what was typed',
  hide: 'Hide what was typed',
  stored: 'One is stored. Leave this empty to keep it.',
  space: 'There is white space at the beginning or the end, which a paste often brings along.',
  newline: 'There is a line break at the end, which a paste often brings along.',
  trim: 'Remove it',
  keep: 'Keep it',
} as const;
