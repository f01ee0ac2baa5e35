/** What a paste brought along: white space around a secret, which hardly ever belongs to it. */
export function strayWhiteSpace(value: string): 'newline' | 'space' | undefined {
  if (value.trim() === value || value.trim() === '') return undefined;
  return /[\r\n]\s*$/.test(value) ? 'newline' : 'space';
}
