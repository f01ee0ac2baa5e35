import { expect, test } from 'vitest';
import { byChance, classesOf, generatePassword, isLength, longest, shortest } from './password';

test('each is as long as was asked for and has a character of each class', () => {
  for (const length of [shortest, 24, longest]) {
    for (const symbols of [true, false]) {
      for (const unmistakable of [true, false]) {
        const wish = { length, symbols, unmistakable };
        for (let time = 0; time < 50; time++) {
          const made = generatePassword(wish);
          expect(made).toHaveLength(length);
          for (const one of classesOf(wish)) expect([...made].some((sign) => one.includes(sign)), made).toBe(true);
          const allowed = classesOf(wish).join('');
          expect([...made].every((sign) => allowed.includes(sign)), made).toBe(true);
        }
      }
    }
  }
});

test('characters that are taken for others stay out where that was asked for', () => {
  const made = Array.from({ length: 20 }, () => generatePassword({ length: longest, symbols: true, unmistakable: true })).join('');
  expect(made).not.toMatch(/[0O1lI|]/);
});

test('no two are the same, and no class keeps its place', () => {
  const made = Array.from({ length: 200 }, () => generatePassword({ length: 16, symbols: false, unmistakable: false }));
  expect(new Set(made).size).toBe(made.length);
  expect(made.some((one) => /^[0-9]/.test(one))).toBe(true);
  expect(made.some((one) => /^[A-Z]/.test(one))).toBe(true);
});

test('every number below the bound comes, and none beyond', () => {
  const drawn = Array.from({ length: 2000 }, () => byChance(7));
  expect(new Set(drawn)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6]));
});

test('a length is a whole number within bounds', () => {
  expect(['8', '24', '256'].every(isLength)).toBe(true);
  expect(['', '7', '257', '1e2', '-9', '12.5'].some(isLength)).toBe(false);
});
