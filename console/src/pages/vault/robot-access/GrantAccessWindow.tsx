import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Form } from '@patternfly/react-core/dist/esm/components/Form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
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
import { hasReaders, readersBody, WhoMayRead, type Readers, type Robot } from './WhoMayRead';

export type OAuthClient = components['schemas']['OAuthClient'];

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
  const [readers, setReaders] = useState<Readers>({ robot: props.robot, pattern: '', byPattern: false });
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () => api.post('/api/v1/robot-access', {
      body: { oauth_client: client?.id ?? '', ...readersBody(readers) },
    }),
    onSuccess: async () => {
      showToast({ title: words.grantedToast(client?.label ?? '') });
      props.onClose();
      await queries.invalidateQueries({ queryKey: ['/api/v1/robot-access'] });
    },
  });
  const project = client?.project ?? props.robot?.project ?? props.project;
  const { robot, pattern, byPattern } = readers;
  const isWrongProject = !byPattern && client !== undefined && robot !== undefined && client.project !== robot.project;
  const lacks = usePermission('grant_access', client?.project) ? undefined : permissions.missing('grant_access');
  const isComplete = !lacks && client !== undefined && hasReaders(readers) && !isWrongProject;
  const isDirty = !save.isSuccess && (client !== props.client || robot !== props.robot || pattern !== '');
  const chooseClient = (next: OAuthClient | undefined) => {
    setClient(next);
    // A robot of another project can be named by no rule.
    if (next && robot && !props.robot && next.project !== robot.project) setReaders({ ...readers, robot: undefined });
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
        <WhoMayRead value={readers} onChange={setReaders} project={project} robotHint={client && words.robotHelp(client.project_name)}
          robotError={isWrongProject ? words.otherProject : fieldError(save.error, '/robot', labels)}
          patternError={fieldError(save.error, '/path_pattern', labels)} />
      </Form>
    </ResourceWindow>
  );
}
