import { MenuToggle } from '@patternfly/react-core/dist/esm/components/MenuToggle';
import { Select, SelectList, SelectOption } from '@patternfly/react-core/dist/esm/components/Select';
import { ToolbarItem } from '@patternfly/react-core/dist/esm/components/Toolbar';
import { useState } from 'react';
import { text } from '../app/messages';
import { useSearchChange } from '../app/url';

export interface StateSelectProps {
  /** The chosen one; undefined: any. */
  chosen: string | undefined;
  /** What it says when none is chosen. */
  any: string;
  /** Those to choose from: as the address has it, and in words. */
  states: readonly (readonly [string, string])[];
  /** Where it lives in the address, and what it is called; left out: `state`. */
  name?: string;
  label?: string;
}

/** Lets one state through; it lives in the address. */
export function StateSelect({ chosen, any, states, name: parameter = 'state', label = text.table.state }: StateSelectProps) {
  const [, change] = useSearchChange();
  const [isOpen, setOpen] = useState(false);
  const shown = states.find(([state]) => state === chosen)?.[1] ?? any;
  return (
    <ToolbarItem>
      <Select isOpen={isOpen} onOpenChange={setOpen} selected={chosen ?? ''}
        onSelect={(_, state) => {
          setOpen(false);
          change({ [parameter]: String(state), page: undefined });
        }}
        toggle={(ref) => (
          <MenuToggle ref={ref} isExpanded={isOpen} onClick={() => setOpen(!isOpen)} aria-label={`${label}: ${shown}`}>
            {shown}
          </MenuToggle>
        )}>
        <SelectList>
          <SelectOption value="">{any}</SelectOption>
          {states.map(([state, name]) => <SelectOption key={state} value={state}>{name}</SelectOption>)}
        </SelectList>
      </Select>
    </ToolbarItem>
  );
}
