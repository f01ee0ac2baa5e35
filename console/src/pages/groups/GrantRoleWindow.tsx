import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Form } from '@patternfly/react-core/dist/esm/components/Form';
import { FormSelect, FormSelectOption } from '@patternfly/react-core/dist/esm/components/FormSelect';
import { Radio } from '@patternfly/react-core/dist/esm/components/Radio';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api } from '../../api/client';
import type { components } from '../../api/schema';
import { usePermission, usePermissions } from '../../api/session';
import { text } from '../../app/messages';
import { groups as words } from '../../app/messages/groups';
import { permissionName } from '../../app/messages/permissions';
import { Field } from '../../components/Field';
import { fieldError, FormError } from '../../components/FormError';
import { ResourcePicker } from '../../components/ResourcePicker';
import { ResourceWindow } from '../../components/ResourceWindow';
import { showToast } from '../../components/toastStore';
import type { Group } from './GroupList';

type Project = components['schemas']['Project'];

const labels = { '/role': words.role, '/project': words.project };
const formId = 'grant-role-form';

/** Gives a group a role, everywhere or in one project; what the person lacks for it is said before they ask. */
export function GrantRoleWindow({ group, onClose }: { group: Group; onClose: () => void }) {
  const mayEverywhere = usePermission('manage_users', null);
  const [roleId, setRoleId] = useState('');
  const [isEverywhere, setEverywhere] = useState(false);
  const [project, setProject] = useState<Project>();
  const id = useId();
  const may = usePermissions();
  const queries = useQueryClient();
  const roles = useQuery({
    queryKey: ['/api/v1/roles', 'all'], queryFn: ({ signal }) => api.get('/api/v1/roles', { query: { page_size: 1000 }, signal }),
  });
  const role = roles.data?.items.find((one) => one.id === roleId);
  const isPlaced = isEverywhere || project !== undefined;
  const at = isEverywhere ? null : project?.id;
  const lacking = role && isPlaced ? ['manage_users', ...role.permissions].filter((one) => !may(one, at)) : [];
  const grant = useMutation({
    mutationFn: () => api.post('/api/v1/groups/{id}/roles', { path: { id: group.id }, body: { role: roleId, project: at ?? null } }),
    onSuccess: async (given) => {
      showToast({ title: words.granted(given.role.name) });
      onClose();
      await queries.invalidateQueries({ queryKey: ['/api/v1/groups'] });
      await queries.invalidateQueries({ queryKey: ['/api/v1/users'] });
    },
  });
  const isComplete = role !== undefined && isPlaced && lacking.length === 0;
  const lacks = lacking.length > 0 ? words.cannotGive(lacking.map(permissionName).join(', ')) : undefined;
  return (
    <ResourceWindow
      title={words.grant} variant="small" isDirty={!grant.isSuccess && roleId !== ''} onClose={onClose}
      footer={(close) => (
        <>
          <Button type="submit" form={formId} isDisabled={!isComplete} isLoading={grant.isPending} spinnerAriaLabel={text.common.loading}>
            {words.give}
          </Button>
          <Button variant="link" onClick={close}>{text.common.cancel}</Button>
        </>
      )}
    >
      <Form id={formId} onSubmit={(event) => {
        event.preventDefault();
        if (isComplete && !grant.isPending) grant.mutate();
      }}>
        <FormError error={grant.error} labels={labels} />
        <Field pointer="/role" label={words.role} isRequired hint={role?.description}
          error={lacks ?? fieldError(grant.error, '/role', labels)}>
          {(control) => (
            <FormSelect {...control} value={roleId} onChange={(_, next) => setRoleId(next)}>
              <FormSelectOption value="" label={words.role} isPlaceholder />
              {(roles.data?.items ?? []).map((one) => <FormSelectOption key={one.id} value={one.id} label={one.name} />)}
            </FormSelect>
          )}
        </Field>
        {mayEverywhere && (
          <>
            <Radio id={`${id}-one`} name={id} label={words.inProject} isChecked={!isEverywhere} onChange={() => setEverywhere(false)} />
            <Radio id={`${id}-all`} name={id} label={words.everywhere} isChecked={isEverywhere} onChange={() => setEverywhere(true)} />
          </>
        )}
        {!isEverywhere && (
          <Field pointer="/project" label={words.project} isRequired error={fieldError(grant.error, '/project', labels)}>
            {(control) => (
              <ResourcePicker<Project> control={control} label={words.project} path="/api/v1/projects" rowName={(row) => row.name} value={project}
                onChange={setProject} />
            )}
          </Field>
        )}
      </Form>
    </ResourceWindow>
  );
}
