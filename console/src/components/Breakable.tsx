import { Fragment } from 'react';

/** A name with a path in front of it: where a line is too narrow for it, it ends after a slash, not within a word. */
export function Breakable({ value }: { value: string }) {
  return <>{value.split(/(?<=\/)/).map((part, index) => <Fragment key={index}>{index > 0 && <wbr />}{part}</Fragment>)}</>;
}
