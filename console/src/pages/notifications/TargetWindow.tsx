import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Checkbox } from '@patternfly/react-core/dist/esm/components/Checkbox';
import { Form } from '@patternfly/react-core/dist/esm/components/Form';
import { Skeleton } from '@patternfly/react-core/dist/esm/components/Skeleton';
import { TextArea } from '@patternfly/react-core/dist/esm/components/TextArea';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api } from '../../api/client';
import { targetPath, targetsPath, type NotificationTarget } from '../../api/notifications';
import { isProblem } from '../../api/problem';
import { text } from '../../app/messages';
import { notifications as words } from '../../app/messages/notifications';
import { Field } from '../../components/Field';
import { fieldError, FormError } from '../../components/FormError';
import { useProjectNames } from '../../components/projectNames';
import { ProjectsField } from '../../components/ProjectsField';
import { ResourceWindow } from '../../components/ResourceWindow';
import { showToast } from '../../components/toastStore';
import { bodyOf, draftOf, isComplete, type Draft } from './draft';
import { EventsField } from './EventsField';
import { SecretOnce } from './SecretOnce';

const labels = {
  '/name': words.name, '/url': words.url, '/events': words.events, '/projects': words.projectsPart, '/trusted_ca_pem': words.ca,
  '/allowed_addresses': words.addresses,
};

/** The window for `/administration/notifications/new` and `/administration/notifications/{id}`. */
export default function TargetWindow({ id, onClose }: { id: string; onClose: () => void }) {
  const isNew = id === 'new';
  const names = useProjectNames();
  const target = useQuery({
    queryKey: [targetsPath, id], enabled: !isNew, staleTime: Infinity, gcTime: 0, refetchOnWindowFocus: false,
    queryFn: ({ signal }) => api.get(targetPath, { path: { id }, signal }),
  });
  if (isNew) return <TargetForm onClose={onClose} />;
  if (target.data && names) {
    // Another revision was asked for: begin afresh with it.
    return <TargetForm key={target.data.revision} target={target.data} names={names} reload={() => void target.refetch()} onClose={onClose} />;
  }
  return (
    <ResourceWindow title={words.title} variant="medium" onClose={onClose}
      footer={(close) => <Button variant="link" onClick={close}>{text.common.close}</Button>}>
      {target.isError
        ? isProblem(target.error, 'not_found') ? words.gone : <FormError error={target.error} labels={{}} />
        : <Skeleton screenreaderText={text.common.loading} />}
    </ResourceWindow>
  );
}

interface TargetFormProps {
  /** Left out: a new one. */
  target?: NotificationTarget;
  /** Of projects, by id. */
  names?: ReadonlyMap<string, string>;
  reload?: () => void;
  onClose: () => void;
}

function TargetForm({ target, names, reload, onClose }: TargetFormProps) {
  const [before] = useState(() => draftOf(target, names));
  const [draft, setDraft] = useState(before);
  const formId = useId();
  const save = useSave(target, draft, onClose);
  if (save.data) {
    return <SecretOnce name={draft.name} secret={save.data} onClose={() => { save.reset(); onClose(); }} />;
  }
  const isDirty = !save.isSuccess && JSON.stringify(draft) !== JSON.stringify(before);
  return (
    <ResourceWindow
      title={target ? words.edit(target.name) : words.add} variant="medium" isDirty={isDirty} onClose={onClose}
      footer={(close) => (
        <>
          <Button type="submit" form={formId} isDisabled={!isComplete(draft) || (target && !isDirty)} isLoading={save.isPending}
            spinnerAriaLabel={text.common.loading}>
            {target ? text.common.save : text.common.add}
          </Button>
          {isProblem(save.error, 'precondition_failed') && <Button variant="secondary" onClick={reload}>{text.common.reload}</Button>}
          <Button variant="link" onClick={close}>{text.common.cancel}</Button>
        </>
      )}
    >
      <Form id={formId} onSubmit={(event) => {
        event.preventDefault();
        if (isComplete(draft) && !save.isPending) save.mutate();
      }}>
        <FormError error={save.error} labels={labels} />
        <Fields draft={draft} set={(change) => setDraft({ ...draft, ...change })} error={(pointer) => fieldError(save.error, pointer, labels)} />
      </Form>
    </ResourceWindow>
  );
}

/** Answers with the secret of a new target; it does not stay behind in the page's memory of requests. */
function useSave(target: NotificationTarget | undefined, draft: Draft, onClose: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      const body = bodyOf(draft);
      if (!target) return (await api.post(targetsPath, { body })).secret;
      await api.put(targetPath, { path: { id: target.id }, revision: target.revision, body });
      return undefined;
    },
    gcTime: 0,
    onSuccess: async (secret) => {
      if (!secret) {
        showToast({ title: words.saved(draft.name) });
        onClose();
      }
      await queries.invalidateQueries({ queryKey: [targetsPath] });
    },
  });
}

interface FieldsProps {
  draft: Draft;
  set: (change: Partial<Draft>) => void;
  error: (pointer: string) => string | undefined;
}

function Fields({ draft, set, error }: FieldsProps) {
  const enabledId = useId();
  const line = (pointer: string, label: string, name: 'name' | 'url' | 'addresses', hint: string, isRequired = false) => (
    <Field pointer={pointer} label={label} hint={hint} isRequired={isRequired} error={error(pointer)}>
      {(control) => (
        <TextInput {...control} value={draft[name]} autoComplete="off" spellCheck={false} onChange={(_, value) => set({ [name]: value })} />
      )}
    </Field>
  );
  return (
    <>
      {line('/name', words.name, 'name', words.nameHint, true)}
      {line('/url', words.url, 'url', words.urlHint, true)}
      <EventsField value={draft.events} onChange={(events) => set({ events })} error={error('/events')} />
      <ProjectsField title={words.projectsPart} all={words.projectsAll} some={words.projectsSome} value={draft.projects}
        onChange={(projects) => set({ projects })} error={error('/projects')} />
      <Field pointer="/trusted_ca_pem" label={words.ca} hint={words.caHint} error={error('/trusted_ca_pem')}>
        {(control) => (
          <TextArea {...control} value={draft.ca} rows={3} resizeOrientation="vertical" spellCheck={false} onChange={(_, ca) => set({ ca })} />
        )}
      </Field>
      {line('/allowed_addresses', words.addresses, 'addresses', words.addressesHint)}
      <Checkbox id={enabledId} label={words.enabled} description={words.enabledHint} isChecked={draft.enabled}
        onChange={(_, enabled) => set({ enabled })} />
    </>
  );
}
