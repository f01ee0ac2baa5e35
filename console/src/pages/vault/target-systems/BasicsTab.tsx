import { FormSelect, FormSelectOption } from '@patternfly/react-core/dist/esm/components/FormSelect';
import { TextArea } from '@patternfly/react-core/dist/esm/components/TextArea';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { useQuery } from '@tanstack/react-query';
import { fetchAll } from '../../../api/client';
import type { components } from '../../../api/schema';
import { usePermissions } from '../../../api/session';
import { text } from '../../../app/messages';
import { permissions } from '../../../app/messages/permissions';
import { targetSystems as targetSystemsWords } from '../../../app/messages/targetSystems';
import { Field } from '../../../components/Field';
import { LabelsField } from '../../../components/LabelsField';
import type { FormParts } from './formParts';

type Project = components['schemas']['Project'];

const words = targetSystemsWords;

/** Name, project, owner: what people have to know of it. */
export function BasicsTab({ draft, change, errorAt, stored }: FormParts) {
  return (
    <>
      <Field pointer="/name" label={text.common.name} isRequired hint={words.nameHint} error={errorAt('/name')}>
        {(control) => <TextInput {...control} value={draft.name} autoComplete="off" onChange={(_, name) => change({ name })} />}
      </Field>
      <ProjectField draft={draft} change={change} errorAt={errorAt} stored={stored} />
      <Field pointer="/owner/name" label={words.ownerName} hint={words.ownerHint} error={errorAt('/owner/name')}>
        {(control) => <TextInput {...control} value={draft.ownerName} autoComplete="off" onChange={(_, ownerName) => change({ ownerName })} />}
      </Field>
      <Field pointer="/owner/email" label={words.ownerEmail} error={errorAt('/owner/email')}>
        {(control) => (
          <TextInput {...control} type="text" inputMode="email" value={draft.ownerEmail} autoComplete="off"
            onChange={(_, ownerEmail) => change({ ownerEmail })} />
        )}
      </Field>
      <Field pointer="/description" label={text.common.description} error={errorAt('/description')}>
        {(control) => (
          <TextArea {...control} value={draft.description} rows={3} resizeOrientation="vertical"
            onChange={(_, description) => change({ description })} />
        )}
      </Field>
      <LabelsField pointer="/tags" label={words.tags} hint={words.tagsHint} error={errorAt('/tags')} values={draft.tags}
        onChange={(tags) => change({ tags })} />
    </>
  );
}

function ProjectField({ draft, change, errorAt, stored }: FormParts) {
  const projects = useQuery({
    queryKey: ['/api/v1/projects', 'all'], enabled: !stored,
    queryFn: ({ signal }) => fetchAll<Project>('/api/v1/projects', { sort: 'name' }, undefined, signal),
  });
  const may = usePermissions();
  const lacks = !stored && !may('configure', draft.project || null) ? permissions.missing('configure') : undefined;
  const hint = stored ? words.projectStays : draft.project ? words.projectHint : words.allProjectsHint;
  return (
    <Field pointer="/project" label={words.project} hint={hint} error={errorAt('/project') ?? lacks}>
      {(control) => stored ? (
        <TextInput {...control} value={stored.project_name ?? words.allProjects} readOnlyVariant="default" />
      ) : (
        <FormSelect {...control} value={draft.project} onChange={(_, project) => change({ project })}>
          {(draft.project === '' || may('configure', null)) && <FormSelectOption value="" label={words.allProjects} />}
          {projects.data?.filter(({ id }) => id === draft.project || may('configure', id)).map(({ id, name }) => <FormSelectOption key={id} value={id} label={name} />)}
        </FormSelect>
      )}
    </Field>
  );
}
