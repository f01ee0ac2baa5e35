import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Form } from '@patternfly/react-core/dist/esm/components/Form';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client';
import { isProblem } from '../../api/problem';
import { text } from '../../app/messages';
import { groups as words } from '../../app/messages/groups';
import { Field } from '../../components/Field';
import { fieldError, FormError } from '../../components/FormError';
import { ResourceWindow } from '../../components/ResourceWindow';
import { showToast } from '../../components/toastStore';
import type { Group } from './GroupList';

const labels = { '/name': text.common.name, '/description': text.common.description, '/claim_value': words.claim };
const formId = 'group-form';

export interface GroupWindowProps {
  /** Left out: a new one. */
  group?: Group;
  reload?: () => void;
  onClose: () => void;
  /** Goes on from a new group instead of closing. */
  onAdded?: (id: string) => void;
}

/** The window that adds a group, or changes one. Give it the revision as its key. */
export function GroupWindow({ group, reload, onClose, onAdded }: GroupWindowProps) {
  const before = { name: group?.name ?? '', description: group?.description ?? '', claim_value: group?.claim_value ?? '' };
  const [entered, setEntered] = useState(before);
  const queries = useQueryClient();
  const changes = Object.fromEntries(Object.entries(entered).filter(([key, value]) => value !== before[key as keyof typeof before]));
  const save = useMutation({
    mutationFn: () => group
      // Only what was changed: the claim asks for more rights than the rest.
      ? api.patch('/api/v1/groups/{id}', { path: { id: group.id }, revision: group.revision, body: changes })
      : api.post('/api/v1/groups', { body: entered }),
    onSuccess: async (saved) => {
      showToast({ title: group ? words.saved(saved.name) : words.added(saved.name) });
      if (onAdded) onAdded(saved.id);
      else onClose();
      await queries.invalidateQueries({ queryKey: ['/api/v1/groups'] });
    },
  });
  const isDirty = !save.isSuccess && Object.keys(changes).length > 0;
  const field = (name: keyof typeof before, label: string, hint?: string) => (
    <Field pointer={`/${name}`} label={label} isRequired={name === 'name'} hint={hint} error={fieldError(save.error, `/${name}`, labels)}>
      {(control) => (
        <TextInput {...control} value={entered[name]} autoComplete="off" onChange={(_, next) => setEntered({ ...entered, [name]: next })} />
      )}
    </Field>
  );
  return (
    <ResourceWindow
      title={group ? words.edit(group.name) : words.add} variant="small" isDirty={isDirty} onClose={onClose}
      footer={(close) => (
        <>
          <Button type="submit" form={formId} isDisabled={entered.name.trim() === '' || (group && !isDirty)} isLoading={save.isPending}
            spinnerAriaLabel={text.common.loading}>
            {group ? text.common.save : text.common.add}
          </Button>
          {isProblem(save.error, 'precondition_failed') && <Button variant="secondary" onClick={reload}>{text.common.reload}</Button>}
          <Button variant="link" onClick={close}>{text.common.cancel}</Button>
        </>
      )}
    >
      <Form id={formId} onSubmit={(event) => {
        event.preventDefault();
        if (!save.isPending) save.mutate();
      }}>
        <FormError error={save.error} labels={labels} />
        {field('name', text.common.name, words.nameHelp)}
        {field('description', text.common.description)}
        {field('claim_value', words.claim, words.claimHelp)}
      </Form>
    </ResourceWindow>
  );
}
