import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { TextInputGroup, TextInputGroupMain, TextInputGroupUtilities } from '@patternfly/react-core/dist/esm/components/TextInputGroup';
import SearchIcon from '@patternfly/react-icons/dist/esm/icons/search-icon';
import CloseIcon from '@patternfly/react-icons/dist/esm/icons/rh-microns-close-icon';
import { useRef, type KeyboardEvent, type RefObject } from 'react';
import { text } from '../app/messages';

export interface SearchBoxProps {
  value: string;
  onChange: (value: string) => void;
  /** The cross was pressed; left out: `onChange` with nothing. */
  onClear?: () => void;
  onKeyDown?: (event: KeyboardEvent) => void;
  label: string;
  placeholder?: string;
  /** The id of the input itself. */
  id?: string;
  /** The input itself, for whoever puts the cursor there. */
  input?: RefObject<HTMLInputElement | null>;
}

/** A box to search with. The kit's own SearchInput brings a form of advanced search along, which every page would load first. */
export function SearchBox({ value, onChange, onClear = () => onChange(''), onKeyDown, label, placeholder = label, id, input }: SearchBoxProps) {
  const own = useRef<HTMLInputElement>(null);
  const box = input ?? own;
  const clear = () => {
    onClear();
    box.current?.focus();
  };
  return (
    <TextInputGroup onKeyDown={onKeyDown}>
      <TextInputGroupMain icon={<SearchIcon />} ref={box} inputId={id} value={value} aria-label={label} placeholder={placeholder}
        onChange={(_, next) => onChange(next)} />
      {value !== '' && (
        <TextInputGroupUtilities>
          <Button variant="plain" icon={<CloseIcon />} aria-label={text.table.clearFilter} onClick={clear} />
        </TextInputGroupUtilities>
      )}
    </TextInputGroup>
  );
}
