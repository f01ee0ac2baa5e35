import { MenuToggle } from '@patternfly/react-core/dist/esm/components/MenuToggle';
import { Select, SelectList, SelectOption } from '@patternfly/react-core/dist/esm/components/Select';
import { ToolbarItem } from '@patternfly/react-core/dist/esm/components/Toolbar';
import { useState } from 'react';
import { text, type ClientState } from '../../../app/messages';
import { oauthClients as words } from '../../../app/messages/oauthClients';
import { useSearchChange } from '../../../app/url';

// As the API names them, in the order in which somebody has to do something about them.
export const states = ['needs_sign_in', 'failing', 'needs_retrieval', 'draft', 'active', 'disabled'] as const;
export type ListedState = (typeof states)[number];

/** The state in the address, as far as it is one. */
export function stateIn(search: string): ListedState | undefined {
  const wanted = new URLSearchParams(search).get('state');
  return states.find((state) => state === wanted);
}

/** Lets one state through; it lives in the address as `state`. */
export function StateFilter() {
  const [search, change] = useSearchChange();
  const [isOpen, setOpen] = useState(false);
  const chosen = stateIn(search);
  const shown = chosen ? text.status[chosen satisfies ClientState] : words.anyState;
  return (
    <ToolbarItem>
      <Select isOpen={isOpen} onOpenChange={setOpen} selected={chosen ?? ''}
        onSelect={(_, state) => {
          setOpen(false);
          change({ state: String(state), page: undefined });
        }}
        toggle={(ref) => (
          <MenuToggle ref={ref} isExpanded={isOpen} onClick={() => setOpen(!isOpen)} aria-label={`${words.state}: ${shown}`}>
            {shown}
          </MenuToggle>
        )}>
        <SelectList>
          <SelectOption value="">{words.anyState}</SelectOption>
          {states.map((state) => <SelectOption key={state} value={state}>{text.status[state]}</SelectOption>)}
        </SelectList>
      </Select>
    </ToolbarItem>
  );
}
