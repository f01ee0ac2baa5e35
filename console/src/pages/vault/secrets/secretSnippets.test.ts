import { expect, test } from 'vitest';
import { languages, snippet } from './secretSnippets';

const names = { url: 'https://strongroom.example.org:8443', id: 'x', project: 'Finance', targetSystem: 'SAP', label: "batch's user" };

test('every language names the secret, and the key by its file alone', () => {
  for (const language of languages) {
    const code = snippet(language, names);
    for (const name of ['Finance', 'SAP', 'user']) expect(code, language).toContain(name);
    expect(code, language).toMatch(/lookup\/secrets|lookup-secret /);
    expect(code).not.toMatch(/srk_robot_|--insecure|CERT_NONE/);
  }
});

test('a name cannot leave its quotes', () => {
  expect(snippet('curl', names)).toContain("'label=batch'\\''s user'");
  expect(snippet('python', { ...names, label: 'a"b' })).toContain('"a\\"b"');
});
