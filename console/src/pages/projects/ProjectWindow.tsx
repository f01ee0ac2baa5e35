import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Form, FormGroup } from '@patternfly/react-core/dist/esm/components/Form';
import { Radio } from '@patternfly/react-core/dist/esm/components/Radio';
import { Skeleton } from '@patternfly/react-core/dist/esm/components/Skeleton';
import { TextArea } from '@patternfly/react-core/dist/esm/components/TextArea';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api } from '../../api/client';
import { isProblem } from '../../api/problem';
import { usePermission } from '../../api/session';
import { text } from '../../app/messages';
import { projects as words } from '../../app/messages/projects';
import { Field } from '../../components/Field';
import { fieldError, FormError } from '../../components/FormError';
import { StoppedBanner } from '../../components/KilledAlert';
import { ResourceWindow } from '../../components/ResourceWindow';
import { showToast } from '../../components/toastStore';
import type { Project } from './ProjectsPage';

const labels = { '/name': text.common.name, '/description': text.common.description, '/robot_access': words.access };
const formId = 'project-form';

/** The window for `/repository/projects/new` and `/repository/projects/{id}`. */
export default function ProjectWindow({ id, onClose }: { id: string; onClose: () => void }) {
  const isNew = id === 'new';
  const project = useQuery({
    queryKey: ['/api/v1/projects', id], enabled: !isNew, staleTime: Infinity, gcTime: 0, refetchOnWindowFocus: false,
    queryFn: ({ signal }) => api.get('/api/v1/projects/{id}', { path: { id }, signal }),
  });
  if (isNew) return <ProjectForm onClose={onClose} />;
  if (project.data) {
    // Another revision was asked for: begin afresh with it.
    return <ProjectForm key={project.data.revision} project={project.data} reload={() => void project.refetch()} onClose={onClose} />;
  }
  return (
    <ResourceWindow title={words.title} variant="small" onClose={onClose}
      footer={(close) => <Button variant="link" onClick={close}>{text.common.close}</Button>}>
      {project.isError
        ? isProblem(project.error, 'not_found') ? words.gone : <FormError error={project.error} labels={{}} />
        : <Skeleton screenreaderText={text.common.loading} />}
    </ResourceWindow>
  );
}

interface ProjectFormProps {
  /** Left out: a new one. */
  project?: Project;
  reload?: () => void;
  onClose: () => void;
}

function ProjectForm({ project, reload, onClose }: ProjectFormProps) {
  const [name, setName] = useState(project?.name ?? '');
  const [description, setDescription] = useState(project?.description ?? '');
  const queries = useQueryClient();
  const [access, setAccess] = useState(project?.robot_access ?? 'default');
  const mayChange = usePermission('manage_projects', project?.id ?? null);
  const save = useMutation({
    mutationFn: () => project
      ? api.patch('/api/v1/projects/{id}', { path: { id: project.id }, revision: project.revision, body: { name, description, robot_access: access } })
      : api.post('/api/v1/projects', { body: { name, description, robot_access: access } }),
    onSuccess: async () => {
      showToast({ title: project ? words.saved(name) : words.added(name) });
      onClose();
      await queries.invalidateQueries({ queryKey: ['/api/v1/projects'] });
    },
  });
  const isDirty = !save.isSuccess && (name !== (project?.name ?? '') || description !== (project?.description ?? '')
    || access !== (project?.robot_access ?? 'default'));
  const isStale = isProblem(save.error, 'precondition_failed');

  return (
    <ResourceWindow
      title={project ? words.edit(project.name) : words.add} variant="small" isDirty={isDirty} onClose={onClose}
      footer={(close) => (
        <>
          <Button type="submit" form={formId} isDisabled={!mayChange || name.trim() === '' || (project && !isDirty)}
            isLoading={save.isPending} spinnerAriaLabel={text.common.loading}>
            {project ? text.common.save : text.common.add}
          </Button>
          {isStale && <Button variant="secondary" onClick={reload}>{text.common.reload}</Button>}
          <Button variant="link" onClick={close}>{text.common.cancel}</Button>
        </>
      )}
    >
      <Form id={formId} onSubmit={(event) => {
        event.preventDefault();
        if (!save.isPending) save.mutate();
      }}>
        {project && <StoppedBanner subject={project.id} at={{ project: project.id }} />}
        <FormError error={save.error} labels={labels} />
        <Field pointer="/name" label={text.common.name} isRequired hint={words.nameHelp} error={fieldError(save.error, '/name', labels)}>
          {(control) => <TextInput {...control} value={name} onChange={(_, value) => setName(value)} autoComplete="off" />}
        </Field>
        <Field pointer="/description" label={text.common.description} hint={words.descriptionHelp}
          error={fieldError(save.error, '/description', labels)}>
          {(control) => (
            <TextArea {...control} value={description} rows={3} resizeOrientation="vertical" onChange={(_, value) => setDescription(value)} />
          )}
        </Field>
        <AccessChoice chosen={access} choose={setAccess} />
      </Form>
    </ResourceWindow>
  );
}

type Access = Project['robot_access'];

/** Whether access survives that what it was granted for is changed. */
function AccessChoice({ chosen, choose }: { chosen: Access; choose: (access: Access) => void }) {
  const id = useId();
  return (
    <FormGroup role="radiogroup" label={words.access} fieldId={id} data-pointer="/robot_access">
      {(Object.keys(words.accesses) as Access[]).map((one) => (
        <Radio key={one} id={`${id}-${one}`} name={id} label={words.accesses[one]} description={words.accessHelp[one]} isChecked={chosen === one}
          onChange={() => choose(one)} />
      ))}
    </FormGroup>
  );
}
