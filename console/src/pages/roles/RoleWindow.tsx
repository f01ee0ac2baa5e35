import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Form } from '@patternfly/react-core/dist/esm/components/Form';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client';
import { isProblem } from '../../api/problem';
import { usePermissions } from '../../api/session';
import { text } from '../../app/messages';
import type { Permission } from '../../app/messages/permissions';
import { roles as words } from '../../app/messages/roles';
import { Field } from '../../components/Field';
import { fieldError, FormError } from '../../components/FormError';
import { PermissionChoice } from '../../components/PermissionChoice';
import { ResourceWindow } from '../../components/ResourceWindow';
import { showToast } from '../../components/toastStore';
import type { Role } from './RoleMatrix';

const labels = { '/name': text.common.name, '/description': text.common.description, '/permissions': words.allowed };
const formId = 'role-form';

export interface RoleWindowProps {
  /** Left out: a new one. */
  role?: Role;
  /** What a new one begins with. */
  copied?: Role;
  reload: () => void;
  onClose: () => void;
}

/** The window that adds a role, or changes one. Give it the revision as its key. */
export function RoleWindow({ role, copied, reload, onClose }: RoleWindowProps) {
  const from = role ?? copied;
  const [name, setName] = useState(role?.name ?? (copied ? words.copyOf(copied.name) : ''));
  const [description, setDescription] = useState(from?.description ?? '');
  const [permissions, setPermissions] = useState<readonly Permission[]>(from?.permissions ?? []);
  const may = usePermissions();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () => {
      const body = { name, description, permissions: [...permissions] };
      return role ? api.patch('/api/v1/roles/{id}', { path: { id: role.id }, revision: role.revision, body }) : api.post('/api/v1/roles', { body });
    },
    onSuccess: async (saved) => {
      showToast({ title: role ? words.saved(saved.name) : words.added(saved.name) });
      onClose();
      await queries.invalidateQueries({ queryKey: ['/api/v1/roles'] });
    },
  });
  const isSame = name === (role?.name ?? '') && description === (role?.description ?? '')
    && permissions.length === (role?.permissions.length ?? 0) && permissions.every((one) => role?.permissions.includes(one));
  const isComplete = name.trim() !== '' && permissions.length > 0;
  return (
    <ResourceWindow
      title={role ? words.edit(role.name) : words.add} isDirty={!save.isSuccess && !isSame} onClose={onClose}
      footer={(close) => (
        <>
          <Button type="submit" form={formId} isDisabled={!isComplete || isSame} isLoading={save.isPending} spinnerAriaLabel={text.common.loading}>
            {role ? text.common.save : text.common.add}
          </Button>
          {isProblem(save.error, 'precondition_failed') && <Button variant="secondary" onClick={reload}>{text.common.reload}</Button>}
          <Button variant="link" onClick={close}>{text.common.cancel}</Button>
        </>
      )}
    >
      <Form id={formId} onSubmit={(event) => {
        event.preventDefault();
        if (isComplete && !save.isPending) save.mutate();
      }}>
        <FormError error={save.error} labels={labels} />
        <Field pointer="/name" label={text.common.name} isRequired error={fieldError(save.error, '/name', labels)}>
          {(control) => <TextInput {...control} value={name} autoComplete="off" onChange={(_, next) => setName(next)} />}
        </Field>
        <Field pointer="/description" label={text.common.description} error={fieldError(save.error, '/description', labels)}>
          {(control) => <TextInput {...control} value={description} autoComplete="off" onChange={(_, next) => setDescription(next)} />}
        </Field>
        <PermissionChoice chosen={permissions} choose={setPermissions} lacks={(one) => (may(one, null) ? undefined : words.youLack)} />
      </Form>
    </ResourceWindow>
  );
}
