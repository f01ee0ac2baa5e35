// How a robot looks its token up, to copy. Its key comes out of a file and is never part of a command.
import type { OAuthClient } from './clientTypes';

/** One word for a POSIX shell, whatever it holds. */
export function shellWord(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

function names(client: OAuthClient): [string, string][] {
  return [['project', client.project_name], ['target_system', client.target_system_name], ['label', client.label]];
}

export function curlSnippet(client: OAuthClient, origin: string): string {
  const query = names(client).map(([name, value]) => `--data-urlencode ${shellWord(`${name}=${value}`)}`).join(' ');
  return `curl --cacert strongroom-ca.crt -H @<(printf 'Authorization: Bearer %s' "$(cat robot.key)") --get ${shellWord(`${origin}/api/v1/lookup/oauth-clients`)} ${query}`;
}

export function commandSnippet(client: OAuthClient, origin: string): string {
  const options = names(client).map(([name, value]) => `--${name.replace('_', '-')} ${shellWord(value)}`).join(' ');
  return `strongroom token --url ${shellWord(origin)} --ca-file strongroom-ca.crt ${options} --key-file robot.key`;
}
