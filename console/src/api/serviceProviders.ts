// Entries of the catalogue that an organisation added: files, which are sent and kept letter by letter.
import { fillPath, request, requestFile } from './client';

export const providersPath = '/api/v1/service-providers';
export const providerPath = '/api/v1/service-providers/{id}';

export interface ProviderFile {
  text: string;
  /** Undefined: it was not added through the API, and is no one's to change here. */
  revision?: number;
}

export async function readProviderFile(id: string): Promise<ProviderFile> {
  const answer = await requestFile(fillPath(`${providerPath}/file`, { id }), {});
  const revision = Number(answer.headers.get('ETag')?.replaceAll('"', ''));
  return { text: await answer.text(), revision: revision > 0 ? revision : undefined };
}

/** `revision`: of the one that it replaces. */
export function putProviderFile(id: string, json: string, revision?: number): Promise<{ name: string }> {
  return request('PUT', fillPath(providerPath, { id }), { json, revision });
}

export function deleteProviderFile(id: string): Promise<void> {
  return request('DELETE', fillPath(providerPath, { id }));
}

/** The id that the text says it has; the server says what is wrong where it says none. */
export function idIn(json: string): string {
  try {
    const id = (JSON.parse(json) as { id?: unknown } | null)?.id;
    if (typeof id === 'string' && id) return id;
  } catch {
    // Cut short, or no JSON yet.
  }
  return 'unnamed';
}

/** The line of the text, and a line with a caret below the column; undefined: there is no such place. */
export function placeIn(json: string, line: unknown, column: unknown): [string, string] | undefined {
  if (typeof line !== 'number' || typeof column !== 'number') return undefined;
  const shown = json.split('\n')[line - 1]?.replaceAll('\t', ' ');
  if (shown === undefined) return undefined;
  const margin = `${line} | `;
  return [margin + shown, ' '.repeat(margin.length + column - 1) + '^'];
}
