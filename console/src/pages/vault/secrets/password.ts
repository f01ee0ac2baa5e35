// Passwords by chance, made in the browser: nothing of them goes anywhere until they are saved.

export interface PasswordWish {
  length: number;
  symbols: boolean;
  /** Without characters that people take for others. */
  unmistakable: boolean;
}

export const shortest = 8;
export const longest = 256;

const letters = 'abcdefghijklmnopqrstuvwxyz';
const mistakable = /[0O1lI|`'".,;:]/g;
const symbols = '!#$%&()*+,-./:;<=>?@[]^_{|}~';

/** The classes of which each gives at least one character. */
export function classesOf(wish: PasswordWish): string[] {
  const all = [letters, letters.toUpperCase(), '0123456789', ...(wish.symbols ? [symbols] : [])];
  return wish.unmistakable ? all.map((one) => one.replace(mistakable, '')) : all;
}

/** A whole number from 0 up to, and without, `below`, each as likely as the others. */
export type Chance = (below: number) => number;

/** Of the browser's own generator. What would make small numbers likelier is thrown away. */
export const byChance: Chance = (below) => {
  const range = 2 ** 32;
  const fair = range - (range % below);
  const [drawn] = crypto.getRandomValues(new Uint32Array(1));
  return drawn !== undefined && drawn < fair ? drawn % below : byChance(below);
};

export function isLength(text: string): boolean {
  return /^\d+$/.test(text) && Number(text) >= shortest && Number(text) <= longest;
}

/** One of its kind, with at least one character of each class, in an order by chance. */
export function generatePassword(wish: PasswordWish, chance: Chance = byChance): string {
  const classes = classesOf(wish);
  const all = classes.join('');
  const drawn = Array.from({ length: wish.length }, (_, at) => pick(classes[at] ?? all, chance));
  // Those that had to be there come first so far: Fisher and Yates.
  for (let at = drawn.length - 1; at > 0; at--) {
    const other = chance(at + 1);
    [drawn[at], drawn[other]] = [drawn[other] ?? '', drawn[at] ?? ''];
  }
  return drawn.join('');
}

function pick(from: string, chance: Chance): string {
  return from.charAt(chance(from.length));
}
