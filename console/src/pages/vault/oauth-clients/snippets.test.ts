import { expect, test } from 'vitest';
import type { OAuthClient } from './clientTypes';
import { commandSnippet, curlSnippet, shellWord } from './snippets';

const client = { project_name: 'Finance', target_system_name: "Ada's CRM", label: '$(reboot) <script>' } as OAuthClient;

test('what people typed is one word of the shell', () => {
  expect(shellWord('plain-1.2/x')).toBe('plain-1.2/x');
  expect(shellWord("it's")).toBe("'it'\\''s'");
  expect(shellWord('')).toBe("''");
  expect(shellWord('a\nb')).toBe("'a\nb'");
});

test('a label runs nothing', () => {
  expect(curlSnippet(client, 'https://vault.example:8443')).toContain("--data-urlencode 'label=$(reboot) <script>'");
  expect(commandSnippet(client, 'https://vault.example:8443')).toContain("--target-system 'Ada'\\''s CRM' --label '$(reboot) <script>'");
});
