import { expect, test } from 'vitest';
import { tokenImportFile as words } from '../../../app/messages/tokenImportFile';
import { FileProblem } from './delimited';
import { largestFile, mostRows, readImportFile, readImportText, type ImportFile } from './importFile';

const canary = '0.canary';
const read = (text: string) => readImportText('file', text);
const all = (file: ImportFile) => file.rows.map((_, row) => row);

function problemOf(text: string): string {
  try {
    read(text);
  } catch (failure) {
    if (failure instanceof FileProblem) return failure.kind;
    throw failure;
  }
  throw new Error('it was read');
}

test('a file tells whose tokens it brings and which kinds, never the tokens', () => {
  const file = read(`label,refresh_token,access_token,account_name\ninbox,${canary},,ann\noutbox,,${canary},\n`);
  expect(file.rows).toEqual([
    { line: 2, label: 'inbox', hasRefreshToken: true, hasAccessToken: false, problem: undefined },
    { line: 3, label: 'outbox', hasRefreshToken: false, hasAccessToken: true, problem: undefined },
  ]);
  expect(JSON.stringify(file)).not.toContain(canary);
});

test('columns are found however they are written, and others are named', () => {
  const file = read(`Label;Refresh Token;ACCESS-TOKEN;Comment\ninbox;${canary};;x\n`);
  expect(file.rows[0]).toMatchObject({ label: 'inbox', hasRefreshToken: true });
  expect(file.unknown).toEqual(['Comment']);
});

test('where the first line is no header, nothing of it is said', () => {
  expect(problemOf(`inbox,${canary}\n`)).toBe('noLabel');
  const file = read(`label,eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.canary/secret+more\ninbox,x\n`);
  expect(file.unknown).toEqual([words.columnAt(2)]);
});

test('a token in the column of the label is not shown, and not sent', () => {
  const file = read(`label,refresh_token\n${'x'.repeat(129)},inbox\nfine,token\n`);
  expect(file.rows[0]).toMatchObject({ label: '', problem: { field: 'label', detail: words.longLabel } });
  expect([...file.parts(all(file))].map(({ content }) => content).join('')).not.toContain('xxx');
});

test('a file that cannot be read says why', () => {
  expect(problemOf('')).toBe('empty');
  expect(problemOf(' \r\n ')).toBe('empty');
  expect(problemOf('label,refresh_token\n')).toBe('noRows');
  expect(problemOf('[]')).toBe('noRows');
  expect(problemOf('label,label\na,b\n')).toBe('twice');
  expect(problemOf('label,refresh token,refresh_token\na,b,c\n')).toBe('twice');
  expect(problemOf('{"label": "a"}')).toBe('list');
  expect(problemOf(`[{"label": "a", "refresh_token": "${canary}]`)).toBe('json');
  expect(problemOf(`label\n${'a\n'.repeat(mostRows + 1)}`)).toBe('tooMany');
  expect(() => readImportFile('file', new Uint8Array(largestFile + 1))).toThrow('tooLarge');
});

test('a row that is wrong is refused by itself, with the column', () => {
  const file = read('label,refresh_token\na,b,c\n\ud800,token\nInbox,1\n inbox ,2\n');
  expect(file.rows.map(({ line, problem }) => [line, problem?.field, problem?.detail])).toEqual([
    [2, '', words.otherFields], [3, 'label', words.noLetters], [4, undefined, undefined], [5, 'label', words.twice],
  ]);
  const long = read(`label,refresh_token\na,${'x'.repeat(64 * 1024 + 3)}\nb,"${'""'.repeat(60_000)}"\nc,"${'""'.repeat(65_000)}"\n`);
  expect(long.rows.map(({ problem }) => problem?.detail)).toEqual([words.longToken, undefined, words.longRow]);
});

test('rows of JSON are objects with texts', () => {
  const file = read(`[{"label": "a", "refresh_token": "${canary}", "access_token": null}, {"label": 7}, "b", {"label": "c", "more": 1}]`);
  expect(file.format).toBe('json');
  expect(file.rows.map(({ line, label, problem }) => [line, label, problem?.field, problem?.detail])).toEqual([
    [1, 'a', undefined, undefined], [2, '', 'label', words.noText], [3, '', '', words.noObject], [4, 'c', undefined, undefined],
  ]);
  expect(file.unknown).toEqual(['more']);
});

test('it is sent in parts that a body can hold, each with the columns, and rows are found again by their lines', () => {
  const token = 'x'.repeat(1000);
  const rows = Array.from({ length: 250 }, (_, n) => `"row\n${n}",${token}`);
  const file = read(`label,refresh_token\n${rows.join('\n')}\n`);
  const parts = [...file.parts(all(file))];
  expect(parts.length).toBeGreaterThan(2);
  expect(parts.flatMap((part) => [...part.rows.values()])).toEqual(all(file));
  for (const part of parts) {
    expect(new TextEncoder().encode(JSON.stringify(part.content)).length).toBeLessThan(200 * 1024);
    const lines = part.content.split('\n');
    expect(lines[0]).toBe('label,refresh_token,access_token,expires_at,scope,tenant,account_name');
    // Each of these labels has a line break, so a row has two lines.
    for (const [line, row] of part.rows) expect(`${lines[line - 1]}\n${lines[line]}`).toContain(`"row\n${row}",${token}`);
  }
});

test('what a spreadsheet would calculate is sent as it is', () => {
  const file = read('label,refresh_token\n=1+1,-secret\n');
  expect([...file.parts([0])][0]?.content).toContain('\n=1+1,-secret,');
});

test('only what is wanted is sent, and nothing once it is forgotten', () => {
  const file = read(`label,refresh_token\na,1\nb,${canary}\n`);
  expect([...file.parts([0])][0]?.content).not.toContain(canary);
  file.forget();
  expect([...file.parts(all(file))]).toEqual([]);
});
