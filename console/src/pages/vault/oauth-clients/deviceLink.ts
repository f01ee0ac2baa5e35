/** An address that may be a link: the server lets no other through, and nor does this page. */
export function linkOf(address: string | null): string | undefined {
  return address?.startsWith('https://') ? address : undefined;
}
