import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Checkbox } from '@patternfly/react-core/dist/esm/components/Checkbox';
import { Form } from '@patternfly/react-core/dist/esm/components/Form';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api } from '../../api/client';
import { text } from '../../app/messages';
import { users as words } from '../../app/messages/users';
import { Field } from '../../components/Field';
import { fieldError, FormError } from '../../components/FormError';
import { ResourceWindow } from '../../components/ResourceWindow';
import { showToast } from '../../components/toastStore';
import type { User } from './UserList';
import { InitialPassword } from './UserQuestion';

const labels = { '/name': text.common.name, '/full_name': words.fullName, '/email': words.email };
const formId = 'user-form';

export interface UserWindowProps {
  /** Left out: a new one. */
  user?: User;
  onClose: () => void;
  /** Goes on from a new user, once their password was passed on. */
  onAdded?: (id: string) => void;
}

/** The window that adds a user, or changes one. A new one's password is shown in its place, once. */
export function UserWindow({ user, onClose, onAdded }: UserWindowProps) {
  const before = { name: user?.name ?? '', full_name: user?.full_name ?? '', email: user?.email ?? '' };
  const [entered, setEntered] = useState(before);
  const [withPassword, setWithPassword] = useState(true);
  const [fresh, setFresh] = useState<{ id: string; password: string }>();
  const passwordId = useId();
  const queries = useQueryClient();
  const changed = () => queries.invalidateQueries({ queryKey: ['/api/v1/users'] });
  const change = useMutation({
    mutationFn: (id: string) => api.patch('/api/v1/users/{id}', { path: { id }, body: entered }),
    onSuccess: async () => {
      showToast({ title: words.saved(entered.name) });
      onClose();
      await changed();
    },
  });
  const create = useMutation({
    mutationFn: () => api.post('/api/v1/users', { body: { ...entered, password: withPassword } }),
    // The password does not stay behind in the page's memory of requests.
    gcTime: 0,
    onSuccess: async (made) => {
      showToast({ title: words.added(made.name) });
      if (made.initial_password !== null) setFresh({ id: made.id, password: made.initial_password });
      else (onAdded ?? onClose)(made.id);
      await changed();
    },
  });
  const error = user ? change.error : create.error;
  const isPending = change.isPending || create.isPending;
  const isDirty = !change.isSuccess && !create.isSuccess && (Object.keys(before) as (keyof typeof before)[]).some((key) => before[key] !== entered[key]);
  if (fresh) return <InitialPassword value={fresh.password} onClose={() => { create.reset(); (onAdded ?? onClose)(fresh.id); }} />;
  const field = (name: keyof typeof before, label: string, hint?: string) => (
    <Field pointer={`/${name}`} label={label} isRequired={name === 'name'} hint={hint} error={fieldError(error, `/${name}`, labels)}>
      {(control) => (
        <TextInput {...control} value={entered[name]} autoComplete="off" onChange={(_, next) => setEntered({ ...entered, [name]: next })} />
      )}
    </Field>
  );
  return (
    <ResourceWindow
      title={user ? words.edit(user.name) : words.add} variant="small" isDirty={isDirty} onClose={onClose}
      footer={(close) => (
        <>
          <Button type="submit" form={formId} isDisabled={entered.name.trim() === '' || (user && !isDirty)} isLoading={isPending}
            spinnerAriaLabel={text.common.loading}>
            {user ? text.common.save : text.common.add}
          </Button>
          <Button variant="link" onClick={close}>{text.common.cancel}</Button>
        </>
      )}
    >
      <Form id={formId} onSubmit={(event) => {
        event.preventDefault();
        if (isPending) return;
        if (user) change.mutate(user.id);
        else create.mutate();
      }}>
        <FormError error={error} labels={labels} />
        {field('name', text.common.name, words.nameHelp)}
        {field('full_name', words.fullName)}
        {field('email', words.email)}
        {!user && (
          <Checkbox id={passwordId} label={words.password} description={words.passwordHelp} isChecked={withPassword}
            onChange={(_, on) => setWithPassword(on)} />
        )}
      </Form>
    </ResourceWindow>
  );
}
