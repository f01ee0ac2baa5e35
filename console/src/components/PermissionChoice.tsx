import { Checkbox } from '@patternfly/react-core/dist/esm/components/Checkbox';
import { FormFieldGroup, FormFieldGroupHeader } from '@patternfly/react-core/dist/esm/components/Form';
import { useId } from 'react';
import { permissionGroups, permissionWords, type Permission } from '../app/messages/permissions';

export interface PermissionChoiceProps {
  chosen: readonly Permission[];
  choose: (next: Permission[]) => void;
  /** What cannot be added, only taken away, with why; undefined: it can. */
  lacks: (permission: Permission) => string | undefined;
}

/** Permissions to tick, by subject; the field of the pointer `/permissions`. */
export function PermissionChoice({ chosen, choose, lacks }: PermissionChoiceProps) {
  const id = useId();
  return (
    <div data-pointer="/permissions">
      {permissionGroups.map((group) => (
        <FormFieldGroup key={group.title} header={<FormFieldGroupHeader titleText={{ text: group.title, id: `${id}-${group.title}` }} />}>
          {group.permissions.map((permission) => {
            const isChosen = chosen.includes(permission);
            const why = lacks(permission);
            const { name, help } = permissionWords[permission];
            return (
              <Checkbox key={permission} id={`${id}-${permission}`} label={name} description={why ? `${help} ${why}` : help}
                isChecked={isChosen} isDisabled={why !== undefined && !isChosen}
                onChange={(_, on) => choose(on ? [...chosen, permission] : chosen.filter((one) => one !== permission))} />
            );
          })}
        </FormFieldGroup>
      ))}
    </div>
  );
}
