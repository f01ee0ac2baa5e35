// The words of one part of the console; read when it is. What was seen and what to do comes from the server.
export const publicUrl = {
  title: 'Public URL',
  good: 'This address leads to this server.',
  failed: (url: string) => `The server does not find itself at ${url}`,
  checkedAt: 'Tried',
  again: 'Check again',
  checkFailed: 'It could not be tried',
} as const;
