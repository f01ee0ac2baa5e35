import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Form, FormGroup } from '@patternfly/react-core/dist/esm/components/Form';
import { Radio } from '@patternfly/react-core/dist/esm/components/Radio';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api } from '../../../api/client';
import type { components } from '../../../api/schema';
import { usePermission } from '../../../api/session';
import { text } from '../../../app/messages';
import { permissions } from '../../../app/messages/permissions';
import { secrets as words } from '../../../app/messages/secrets';
import { Field } from '../../../components/Field';
import { useFirstProject, type Project } from '../../../components/firstProject';
import { fieldError, FormError } from '../../../components/FormError';
import { ResourcePicker } from '../../../components/ResourcePicker';
import { ResourceWindow } from '../../../components/ResourceWindow';
import { showToast } from '../../../components/toastStore';
import { NameFields, PeopleFields } from './AboutFields';
import { bodyOf, fieldsOf, isSame, labels } from './secretFields';
import { kinds, secretsPath, type Secret, type SecretKind } from './secretTypes';
import { emptyValue, inputOf, isEntered, valueOf } from './valueDraft';
import { ValueFields, valueLabels } from './ValueFields';

type TargetSystem = components['schemas']['TargetSystem'];

const formId = 'add-secret-form';
const nothing = fieldsOf();

export interface AddSecretWindowProps {
  onClose: () => void;
  onAdded: (secret: Secret) => void;
}

/** Stores a new secret. */
export function AddSecretWindow({ onClose, onAdded }: AddSecretWindowProps) {
  const [project, setProject] = useFirstProject();
  const [system, setSystem] = useState<TargetSystem>();
  const [kind, setKind] = useState<SecretKind>('password');
  const [fields, setFields] = useState(nothing);
  const [value, setValue] = useState(emptyValue);
  const queries = useQueryClient();
  const lacks = usePermission('configure', project?.id) ? undefined : permissions.missing('configure');
  const allLabels = { ...labels, ...valueLabels(kind) };
  const save = useMutation({
    mutationFn: () => api.post('/api/v1/secrets', {
      body: { project: project?.id ?? '', target_system: system?.id ?? '', kind, ...bodyOf(fields), ...inputOf(kind, value) },
    }),
    onSuccess: async (made) => {
      // The value does not stay behind in this window.
      setValue(emptyValue);
      showToast({ title: words.added(made.label), body: words.addedBody });
      onAdded(made);
      await queries.invalidateQueries({ queryKey: [secretsPath] });
    },
    // What was sent does not stay with what became of it.
    gcTime: 0,
  });
  const isComplete = !lacks && project !== undefined && system !== undefined && fields.label.trim() !== '' && valueOf(kind, value) !== '';
  const isDirty = !save.isSuccess && (system !== undefined || !isSame(fields, nothing) || isEntered(value));
  const errorAt = (pointer: string) => fieldError(save.error, pointer, allLabels);
  const about = { fields, change: (part: Partial<typeof fields>) => setFields((now) => ({ ...now, ...part })), errorAt };
  const inProject = (next: Project | undefined) => {
    setProject(next);
    // One of all projects stays.
    if (system?.project !== null) setSystem(undefined);
  };
  return (
    <ResourceWindow
      title={words.add} variant="small" isDirty={isDirty} onClose={onClose}
      footer={(close) => (
        <>
          <Button type="submit" form={formId} isDisabled={!isComplete} isLoading={save.isPending} spinnerAriaLabel={text.common.loading}>
            {text.common.add}
          </Button>
          <Button variant="link" onClick={close}>{text.common.cancel}</Button>
        </>
      )}
    >
      <Form id={formId} onSubmit={(event) => {
        event.preventDefault();
        if (isComplete && !save.isPending) save.mutate();
      }}>
        <FormError error={save.error} labels={allLabels} />
        <Field pointer="/project" label={words.project} isRequired hint={words.projectFixed} error={errorAt('/project') ?? (project && lacks)}>
          {(control) => (
            <ResourcePicker<Project> control={control} label={words.project} path="/api/v1/projects" rowName={(row) => row.name} value={project}
              onChange={inProject} />
          )}
        </Field>
        <Field pointer="/target_system" label={words.targetSystem} isRequired hint={words.systemHint} error={errorAt('/target_system')}>
          {(control) => (
            <ResourcePicker<TargetSystem> control={control} label={words.targetSystem} path="/api/v1/target-systems"
              query={{ project: project?.id }} rowName={(row) => row.name} rowDetail={(row) => row.project_name ?? ''} value={system}
              onChange={setSystem} isDisabled={!project} />
          )}
        </Field>
        <NameFields {...about} />
        <KindChoice kind={kind} onChange={(next) => {
          setKind(next);
          // A password is no certificate: what was entered for one kind goes no further.
          setValue({ ...emptyValue, expiresOn: value.expiresOn });
        }} />
        <ValueFields key={kind} kind={kind} draft={value} change={(part) => setValue((now) => ({ ...now, ...part }))} errorAt={errorAt} />
        <PeopleFields {...about} />
      </Form>
    </ResourceWindow>
  );
}

function KindChoice({ kind, onChange }: { kind: SecretKind; onChange: (kind: SecretKind) => void }) {
  const id = useId();
  return (
    <FormGroup role="radiogroup" label={words.kind} fieldId={id} data-pointer="/kind">
      {kinds.map((one) => (
        <Radio key={one} id={`${id}-${one}`} name={id} label={words.kinds[one]} description={words.kindHelp[one]} isChecked={kind === one}
          onChange={() => onChange(one)} />
      ))}
    </FormGroup>
  );
}
