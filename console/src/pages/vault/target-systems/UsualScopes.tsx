import { Checkbox } from '@patternfly/react-core/dist/esm/components/Checkbox';
import { FormGroup } from '@patternfly/react-core/dist/esm/components/Form';
import { useId } from 'react';
import { targetSystems as words } from '../../../app/messages/targetSystems';
import type { ServiceProvider } from './draft';
import type { FormParts } from './formParts';
import { withScope } from './hints';

/** The scopes that people mostly want there, to tick; any other is typed. */
export function UsualScopes({ draft, change, provider }: Pick<FormParts, 'draft' | 'change'> & { provider: ServiceProvider }) {
  const id = useId();
  const usual = provider.console.usual_scopes;
  if (usual.length === 0) return null;
  return (
    <FormGroup label={words.usualScopes(provider.name)} role="group" isStack>
      {usual.map(({ scope, purpose }, index) => (
        <Checkbox key={scope} id={`${id}-${index}`} label={scope} description={purpose} isChecked={draft.scopes.includes(scope)}
          onChange={(_, isChosen) => change({ scopes: withScope(draft.scopes, scope, isChosen) })} />
      ))}
    </FormGroup>
  );
}
