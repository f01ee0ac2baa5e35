import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Form } from '@patternfly/react-core/dist/esm/components/Form';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { Title } from '@patternfly/react-core/dist/esm/components/Title';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { apiKeys, apiKeysPath } from '../../api/apiKeys';
import { usePermissions, useSession } from '../../api/session';
import { text } from '../../app/messages';
import { apiKeys as words } from '../../app/messages/apiKeys';
import type { Permission } from '../../app/messages/permissions';
import { Field } from '../../components/Field';
import { fieldError, FormError } from '../../components/FormError';
import { PermissionChoice } from '../../components/PermissionChoice';
import { ProjectsField, type ProjectRef } from '../../components/ProjectsField';
import { ResourceWindow } from '../../components/ResourceWindow';
import { ShownOnce } from '../../components/ShownOnce';
import { lifetimesUpTo, longestEver } from '../api-keys/lifetime';
import { LifetimeField, type Lifetime } from './LifetimeField';

const labels = { '/name': text.common.name, '/expires_in_days': words.lifetime, '/permissions': words.allowed, '/projects': words.wherePart };

// What the API takes where the server says nothing of a policy.
const leastPolicy = { longest_days: longestEver, may_never_expire: false };

/** Makes a key in one's own name, and shows it once. */
export default function KeyWindow({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const { longest_days: longest, may_never_expire: mayNeverExpire } = useSession().api_key_policy ?? leastPolicy;
  const [lifetime, setLifetime] = useState<Lifetime>({ days: lifetimesUpTo(longest)[0] });
  const [permissions, setPermissions] = useState<readonly Permission[]>([]);
  const [projects, setProjects] = useState<ProjectRef[]>();
  const formId = useId();
  const may = usePermissions();
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: (days: number | null) => apiKeys.create({
      name, expires_in_days: days, permissions: [...permissions], projects: (projects ?? []).map((project) => project.id),
    }),
    // The key does not stay behind in the page's memory of requests.
    gcTime: 0,
    onSuccess: () => queries.invalidateQueries({ queryKey: [apiKeysPath] }),
  });
  if (create.data) {
    return (
      <ShownOnce title={words.freshTitle} value={create.data.key} label={words.freshLabel} done={words.stored}
        onClose={() => { create.reset(); onClose(); }}>
        {words.freshBody}
      </ShownOnce>
    );
  }
  const isComplete = name.trim() !== '' && lifetime.days !== undefined && permissions.length > 0 && projects?.length !== 0;
  return (
    <ResourceWindow
      title={words.create} isDirty={name !== '' || permissions.length > 0} onClose={onClose}
      footer={(close) => (
        <>
          <Button type="submit" form={formId} isDisabled={!isComplete} isLoading={create.isPending} spinnerAriaLabel={text.common.loading}>
            {words.create}
          </Button>
          <Button variant="link" onClick={close}>{text.common.cancel}</Button>
        </>
      )}
    >
      <Form id={formId} onSubmit={(event) => {
        event.preventDefault();
        if (isComplete && !create.isPending && lifetime.days !== undefined) create.mutate(lifetime.days);
      }}>
        <FormError error={create.error} labels={labels} />
        <Field pointer="/name" label={text.common.name} isRequired hint={words.nameHint} error={fieldError(create.error, '/name', labels)}>
          {(control) => <TextInput {...control} value={name} autoComplete="off" onChange={(_, next) => setName(next)} />}
        </Field>
        <LifetimeField value={lifetime} onChange={setLifetime} longest={longest} mayNeverExpire={mayNeverExpire}
          error={fieldError(create.error, '/expires_in_days', labels)} />
        <ProjectsField title={words.wherePart} all={words.whereAll} some={words.whereSome} value={projects} onChange={setProjects}
          error={fieldError(create.error, '/projects', labels)} />
        <Title headingLevel="h3">{words.allowed}</Title>
        <PermissionChoice chosen={permissions} choose={setPermissions} lacks={(one) => (may(one) ? undefined : words.youLack)} />
      </Form>
    </ResourceWindow>
  );
}
