// The words of the window of single keys; read when it opens.

export const shortcuts = {
  title: 'Keyboard shortcuts',
  filter: 'Go to the filter',
  add: 'Add',
  refresh: 'Refresh',
  help: 'Show this window',
  enabled: 'Use single-key shortcuts',
  key: 'Key',
  action: 'What it does',
} as const;
