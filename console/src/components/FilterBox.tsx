import { useEffect, useRef, useState } from 'react';
import { useShortcut } from '../app/shortcuts';
import { text } from '../app/messages';
import { SearchBox } from './SearchBox';

const pause_ms = 250;

export interface FilterBoxProps {
  value: string;
  /** Called a moment after the last key. */
  onChange: (value: string) => void;
  label?: string;
  placeholder?: string;
}

/** The filter of a list; `/` goes there. */
export function FilterBox({ value, onChange, label = text.table.filter, placeholder = text.table.filterHint }: FilterBoxProps) {
  const [typed, setTyped] = useState(value);
  const box = useRef<HTMLInputElement>(null);
  const timer = useRef<number>(undefined);
  const told = useRef(value);
  // The address changed by other means: Back, Reset, a link.
  useEffect(() => {
    if (value === told.current) return;
    told.current = value;
    setTyped(value);
  }, [value]);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  useShortcut('/', () => box.current?.focus());
  const tell = (next: string, after: number) => {
    setTyped(next);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      told.current = next;
      onChange(next);
    }, after);
  };
  return (
    <SearchBox
      input={box} value={typed} label={label} placeholder={placeholder}
      onChange={(next) => tell(next, pause_ms)} onClear={() => tell('', 0)}
      onKeyDown={(event) => event.key === 'Enter' && tell(typed, 0)}
    />
  );
}
