import { expect, test } from 'vitest';
import { decodeText, FileProblem, parseDelimited, separatorOf } from './delimited';

const bytes = (...values: number[]) => new Uint8Array(values);
const utf8 = (letters: string) => new TextEncoder().encode(letters);

function utf16(letters: string, isBig: boolean, hasMark: boolean): Uint8Array {
  const units = [...(hasMark ? '\ufeff' : ''), ...letters].map((letter) => letter.charCodeAt(0));
  return bytes(...units.flatMap((unit) => (isBig ? [unit >> 8, unit & 255] : [unit & 255, unit >> 8])));
}

/** The kind and the line of why it cannot be read. */
function problemOf(read: () => unknown): [string, number | undefined] {
  try {
    read();
  } catch (failure) {
    if (failure instanceof FileProblem) return [failure.kind, failure.line];
    throw failure;
  }
  throw new Error('it was read');
}

test('text is UTF-8 or UTF-16, with a byte order mark or without', () => {
  expect(decodeText(utf8('label,é'))).toBe('label,é');
  expect(decodeText(utf8('\ufefflabel'))).toBe('label');
  for (const isBig of [false, true]) {
    for (const hasMark of [false, true]) expect(decodeText(utf16('label;é', isBig, hasMark))).toBe('label;é');
  }
});

test('what is no text is refused: a picture, another encoding, a NUL', () => {
  for (const file of [bytes(0x89, 0x50, 0x4e, 0x47, 0xff), utf8('a').with(0, 0xe9), utf8('label\nab\0c'), bytes(0xff, 0xfe, 0x00, 0xd8)]) {
    expect(problemOf(() => decodeText(file))).toEqual(['letters', undefined]);
  }
});

test('the separator is what the first line has most of, outside quotes', () => {
  expect(separatorOf('label,refresh_token\r\na;b;c;d')).toBe(',');
  expect(separatorOf('label;refresh_token\na,b,c')).toBe(';');
  expect(separatorOf('label\trefresh_token')).toBe('\t');
  expect(separatorOf('"a,b,c,d";label')).toBe(';');
  expect(separatorOf('label')).toBe(',');
});

test('quoted fields may hold separators, quotes and line breaks, and records know their lines', () => {
  expect(parseDelimited('a,b\r\n"1,""x""\r\ny",2\r\n\r\n3,4')).toEqual([
    { line: 1, fields: ['a', 'b'] },
    { line: 2, fields: ['1,"x"\r\ny', '2'] },
    { line: 5, fields: ['3', '4'] },
  ]);
  expect(parseDelimited('a\rb\r')).toEqual([{ line: 1, fields: ['a'] }, { line: 2, fields: ['b'] }]);
  expect(parseDelimited('"",\n"a",""\n')).toEqual([{ line: 2, fields: ['a', ''] }]);
});

test("Excel's own first line names the separator, and its empty lines are no rows", () => {
  expect(parseDelimited('sep=;\r\nlabel;token,x\r\na;b\r\n;\r\n')).toEqual([
    { line: 2, fields: ['label', 'token,x'] }, { line: 3, fields: ['a', 'b'] },
  ]);
});

test('a quotation mark where none may be is said with its line, and nothing of the file', () => {
  expect(problemOf(() => parseDelimited('label,token\na,se"cret'))).toEqual(['quote', 2]);
  expect(problemOf(() => parseDelimited('label,token\n"a"secret,b'))).toEqual(['quote', 2]);
  expect(problemOf(() => parseDelimited('label,token\nb,c\n"secret,\n\n'))).toEqual(['unclosed', 3]);
  const problem = new FileProblem('quote', 2);
  expect(JSON.stringify({ ...problem, message: problem.message })).not.toContain('secret');
});
