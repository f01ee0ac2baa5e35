import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Form, FormGroup, FormHelperText } from '@patternfly/react-core/dist/esm/components/Form';
import { HelperText, HelperTextItem } from '@patternfly/react-core/dist/esm/components/HelperText';
import { Radio } from '@patternfly/react-core/dist/esm/components/Radio';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api } from '../../api/client';
import { isProblem } from '../../api/problem';
import { usePermission } from '../../api/session';
import { text } from '../../app/messages';
import { permissions } from '../../app/messages/permissions';
import { robots as words } from '../../app/messages/robots';
import { Field } from '../../components/Field';
import { useFirstProject, type Project } from '../../components/firstProject';
import { fieldError, FormError } from '../../components/FormError';
import { LabelsField } from '../../components/LabelsField';
import { ResourcePicker } from '../../components/ResourcePicker';
import { ResourceWindow } from '../../components/ResourceWindow';
import { showToast } from '../../components/toastStore';
import type { Robot } from './RobotList';

type Kind = Robot['kind'];

const labels = {
  '/project': words.project, '/name': text.common.name, '/path': words.path, '/kind': words.kind, '/serves': words.serves,
};
const formId = 'robot-form';

export interface RobotWindowProps {
  /** Left out: a new one. */
  robot?: Robot;
  reload?: () => void;
  onClose: () => void;
  /** Goes on from a new robot instead of closing. */
  onAdded?: (id: string) => void;
}

/** The window that adds a robot, or changes one. Give it the revision as its key. */
export function RobotWindow({ robot, reload, onClose, onAdded }: RobotWindowProps) {
  const [project, setProject] = useFirstProject(robot === undefined);
  const [name, setName] = useState(robot?.name ?? '');
  const [path, setPath] = useState(robot?.path ?? '');
  const [kind, setKind] = useState<Kind>(robot?.kind ?? 'robot');
  const [serves, setServes] = useState(robot?.serves ?? []);
  const queries = useQueryClient();
  const place = robot?.project ?? project?.id;
  const mayChange = usePermission('configure', place);
  const mayGrant = usePermission('grant_access', place);
  const runsOthers = kind === 'runner' && !isSame(serves, robot?.serves ?? []);
  // Left out where it is as it was: sending it needs more rights than the rest.
  const wanted = { name, path, kind, ...(runsOthers && { serves }) };
  const save = useMutation({
    mutationFn: () => robot
      ? api.patch('/api/v1/robots/{id}', { path: { id: robot.id }, revision: robot.revision, body: wanted })
      : api.post('/api/v1/robots', { body: { project: project?.id ?? '', ...wanted } }),
    onSuccess: async (saved) => {
      showToast(robot ? { title: words.saved(name) } : { title: words.added(name), body: words.addedBody });
      if (onAdded) onAdded(saved.id);
      else onClose();
      await queries.invalidateQueries({ queryKey: ['/api/v1/robots'] });
      // Being at a path is having access.
      await queries.invalidateQueries({ queryKey: ['/api/v1/robot-access'] });
    },
  });
  const isDirty = !save.isSuccess && (name !== (robot?.name ?? '') || path !== (robot?.path ?? '') || kind !== (robot?.kind ?? 'robot')
    || runsOthers);
  const isComplete = name.trim() !== '' && (robot !== undefined || project !== undefined);
  return (
    <ResourceWindow
      title={robot ? words.edit(robot.name) : words.add} variant="small" isDirty={isDirty} onClose={onClose}
      footer={(close) => (
        <>
          <Button type="submit" form={formId} isDisabled={!mayChange || !isComplete || (robot && !isDirty)} isLoading={save.isPending}
            spinnerAriaLabel={text.common.loading}>
            {robot ? text.common.save : text.common.add}
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
        <Field pointer="/project" label={words.project} isRequired hint={robot && words.projectFixed} 
          error={fieldError(save.error, '/project', labels) ?? (place !== undefined && !mayChange ? permissions.missing('configure') : undefined)}>
          {(control) => robot ? <TextInput {...control} value={robot.project_name} readOnlyVariant="default" />
            : (
              <ResourcePicker<Project> control={control} label={words.project} path="/api/v1/projects" rowName={(row) => row.name} value={project}
                onChange={setProject} />
            )}
        </Field>
        <Field pointer="/name" label={text.common.name} isRequired hint={words.nameHelp} error={fieldError(save.error, '/name', labels)}>
          {(control) => <TextInput {...control} value={name} autoComplete="off" onChange={(_, next) => setName(next)} />}
        </Field>
        <Field pointer="/path" label={words.path} hint={words.pathHelp} error={fieldError(save.error, '/path', labels)}>
          {(control) => <TextInput {...control} value={path} autoComplete="off" onChange={(_, next) => setPath(next)} />}
        </Field>
        <KindChoice kind={kind} setKind={setKind} error={fieldError(save.error, '/kind', labels)} />
        {kind === 'runner' && (
          <LabelsField pointer="/serves" label={words.serves} hint={mayGrant ? words.servesHint : words.servesNeeds}
            error={fieldError(save.error, '/serves', labels)} values={serves} onChange={setServes} />
        )}
      </Form>
    </ResourceWindow>
  );
}

function isSame(some: string[], others: string[]): boolean {
  return some.length === others.length && some.every((one, at) => one === others[at]);
}

function KindChoice({ kind, setKind, error }: { kind: Kind; setKind: (kind: Kind) => void; error?: string }) {
  const id = useId();
  return (
    <FormGroup role="radiogroup" label={words.kind} fieldId={id} data-pointer="/kind">
      {(Object.keys(words.kinds) as Kind[]).map((one) => (
        <Radio key={one} id={`${id}-${one}`} name={id} label={words.kinds[one]} description={words.kindHelp[one]} isChecked={kind === one}
          onChange={() => setKind(one)} />
      ))}
      {error && (
        <FormHelperText>
          <HelperText isLiveRegion><HelperTextItem variant="error">{error}</HelperTextItem></HelperText>
        </FormHelperText>
      )}
    </FormGroup>
  );
}
