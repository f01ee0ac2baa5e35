import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Form, FormGroup } from '@patternfly/react-core/dist/esm/components/Form';
import { Radio } from '@patternfly/react-core/dist/esm/components/Radio';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api } from '../../../api/client';
import type { components } from '../../../api/schema';
import { usePermission } from '../../../api/session';
import { text } from '../../../app/messages';
import { access as words } from '../../../app/messages/access';
import { permissions } from '../../../app/messages/permissions';
import { Field } from '../../../components/Field';
import { fieldError, FormError } from '../../../components/FormError';
import { ResourcePicker } from '../../../components/ResourcePicker';
import { ResourceWindow } from '../../../components/ResourceWindow';
import { showToast } from '../../../components/toastStore';
import { PatternPreview } from './PatternPreview';

export type OAuthClient = components['schemas']['OAuthClient'];
export type Robot = components['schemas']['Robot'];

const labels = { '/oauth_client': words.client, '/robot': words.robot, '/path_pattern': words.patternLabel };
const formId = 'grant-form';

export interface GrantAccessWindowProps {
  /** What is known already: shown, and not asked for. */
  client?: OAuthClient;
  robot?: Robot;
  /** Offers clients of this project only; left out: of all. */
  project?: string;
  onClose: () => void;
}

/** Lets one robot, or all robots under a path, read one client. */
export function GrantAccessWindow(props: GrantAccessWindowProps) {
  const [client, setClient] = useState(props.client);
  const [robot, setRobot] = useState(props.robot);
  const [pattern, setPattern] = useState('');
  const [byPattern, setByPattern] = useState(false);
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () => api.post('/api/v1/robot-access', {
      body: { oauth_client: client?.id ?? '', ...(byPattern ? { path_pattern: pattern } : { robot: robot?.id ?? '' }) },
    }),
    onSuccess: async () => {
      showToast({ title: words.grantedToast(client?.label ?? '') });
      props.onClose();
      await queries.invalidateQueries({ queryKey: ['/api/v1/robot-access'] });
    },
  });
  const project = client?.project ?? props.robot?.project ?? props.project;
  const isWrongProject = !byPattern && client !== undefined && robot !== undefined && client.project !== robot.project;
  const lacks = usePermission('grant_access', client?.project) ? undefined : permissions.missing('grant_access');
  const isComplete = !lacks && client !== undefined && (byPattern ? pattern.trim() !== '' : robot !== undefined) && !isWrongProject;
  const isDirty = !save.isSuccess && (client !== props.client || robot !== props.robot || pattern !== '');
  const chooseClient = (next: OAuthClient | undefined) => {
    setClient(next);
    // A robot of another project can be named by no rule.
    if (next && robot && !props.robot && next.project !== robot.project) setRobot(undefined);
  };

  return (
    <ResourceWindow
      title={props.client ? words.grantTo(props.client.label) : words.grantTitle} variant="small" isDirty={isDirty} onClose={props.onClose}
      footer={(close) => (
        <>
          <Button type="submit" form={formId} isDisabled={!isComplete} isLoading={save.isPending} spinnerAriaLabel={text.common.loading}>
            {words.grant}
          </Button>
          <Button variant="link" onClick={close}>{text.common.cancel}</Button>
        </>
      )}
    >
      <Form id={formId} onSubmit={(event) => {
        event.preventDefault();
        if (isComplete && !save.isPending) save.mutate();
      }}>
        <FormError error={save.error} labels={labels} />
        {!props.client && (
          <Field pointer="/oauth_client" label={words.client} isRequired hint={words.clientHelp}
            error={fieldError(save.error, '/oauth_client', labels) ?? lacks}>
            {(control) => (
              <ResourcePicker<OAuthClient> control={control} label={words.client} path="/api/v1/oauth-clients"
                query={{ project: props.robot?.project ?? props.project }} rowName={(row) => row.label} rowDetail={(row) => `${row.project_name} › ${row.target_system_name}`} value={client}
                onChange={chooseClient} />
            )}
          </Field>
        )}
        <WhoMayRead byPattern={byPattern} setByPattern={setByPattern} />
        {!byPattern && (
          <Field pointer="/robot" label={words.robot} isRequired hint={client && words.robotHelp(client.project_name)}
            error={isWrongProject ? words.otherProject : fieldError(save.error, '/robot', labels)}>
            {(control) => (
              <ResourcePicker<Robot> control={control} label={words.robot} path="/api/v1/robots" query={{ project }}
                rowName={(row) => words.robotAt(row.name, row.path)}
                rowDetail={(row) => row.project_name} value={robot} onChange={setRobot} />
            )}
          </Field>
        )}
        {byPattern && (
          <Field pointer="/path_pattern" label={words.patternLabel} isRequired hint={words.patternHelp}
            error={fieldError(save.error, '/path_pattern', labels)}>
            {(control) => <TextInput {...control} value={pattern} autoComplete="off" onChange={(_, next) => setPattern(next)} />}
          </Field>
        )}
        {byPattern && <PatternPreview project={project} pattern={pattern} />}
      </Form>
    </ResourceWindow>
  );
}

/** Whom a rule lets in: one robot, or all under a path. */
export function WhoMayRead({ byPattern, setByPattern }: { byPattern: boolean; setByPattern: (next: boolean) => void }) {
  const id = useId();
  return (
    <FormGroup role="radiogroup" label={words.who} fieldId={id}>
      <Stack hasGutter>
        <StackItem>
          <Radio id={`${id}-robot`} name={id} label={words.oneRobot} isChecked={!byPattern} onChange={() => setByPattern(false)} />
        </StackItem>
        <StackItem>
          <Radio id={`${id}-pattern`} name={id} label={words.onePattern} isChecked={byPattern} onChange={() => setByPattern(true)} />
        </StackItem>
      </Stack>
    </FormGroup>
  );
}
