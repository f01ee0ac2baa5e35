import { expect, test } from 'vitest';
import { formatSnippet, languages, powershellString, robotCell, shellWord, snippet, type Names } from './snippets';

const names: Names = {
  url: 'https://strongroom.example.org:8443', id: '01a20bd1-9f4a-7e49-a7e2-9079c8bd21bc', project: 'Finance', targetSystem: 'CRM', label: 'nightly',
};

test('every language names the client, and the key by its file alone', () => {
  for (const language of languages) {
    const code = snippet(language, names);
    for (const name of ['Finance', 'CRM', 'nightly']) expect(code, language).toContain(name);
    expect(code, language).not.toContain('srk_robot_');
  }
});

test('no language switches the check of certificates off', () => {
  for (const language of languages) {
    expect(snippet(language, names)).not.toMatch(/--insecure|-k |SkipCertificateCheck|CERT_NONE|verify=False|DangerousAccept/);
  }
});

test('a name cannot leave its quotes', () => {
  expect(shellWord("it's $(rm) `x`")).toBe("'it'\\''s $(rm) `x`'");
  expect(powershellString('a\u2019b $(x)')).toBe("'a\u2019\u2019b $(x)'");
  expect(robotCell('a  ${b} \\ #c')).toBe('a \\ \\${b} \\\\ \\#c');
  expect(snippet('csharp', { ...names, label: 'a"b' })).toContain('@"a""b"');
  expect(snippet('python', { ...names, label: 'a"b\\n' })).toContain('"a\\"b\\\\n"');
});

test('the command line shows each form of the token', () => {
  for (const format of ['bearer', 'header', 'xoauth2']) expect(formatSnippet(names)).toContain(`--format ${format}`);
});
