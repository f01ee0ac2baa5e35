import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Form } from '@patternfly/react-core/dist/esm/components/Form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../../api/client';
import { usePermission } from '../../../api/session';
import { text } from '../../../app/messages';
import { access as accessWords } from '../../../app/messages/access';
import { permissions } from '../../../app/messages/permissions';
import { secrets as words } from '../../../app/messages/secrets';
import { Field } from '../../../components/Field';
import { fieldError, FormError } from '../../../components/FormError';
import { ResourcePicker } from '../../../components/ResourcePicker';
import { ResourceWindow } from '../../../components/ResourceWindow';
import { showToast } from '../../../components/toastStore';
import { hasReaders, readersBody, WhoMayRead, type Readers, type Robot } from '../robot-access/WhoMayRead';
import { accessPath, secretsPath, type Secret } from './secretTypes';

const labels = { '/secret': words.secret, '/robot': accessWords.robot, '/path_pattern': accessWords.patternLabel };
const formId = 'grant-secret-form';

export interface GrantSecretWindowProps {
  /** What is known already: shown, and not asked for. */
  secret?: Secret;
  robot?: Robot;
  onClose: () => void;
}

/** Lets one robot, or all robots under a path, read one secret. */
export function GrantSecretWindow(props: GrantSecretWindowProps) {
  const [secret, setSecret] = useState(props.secret);
  const [readers, setReaders] = useState<Readers>({ robot: props.robot, pattern: '', byPattern: false });
  const queries = useQueryClient();
  const project = secret?.project ?? props.robot?.project;
  const lacks = usePermission('grant_access', project) ? undefined : permissions.missing('grant_access');
  const save = useMutation({
    mutationFn: () => api.post('/api/v1/secret-access', {
      body: { secret: secret?.id ?? '', ...readersBody(readers) },
    }),
    onSuccess: async () => {
      showToast({ title: words.granted(secret?.label ?? '') });
      props.onClose();
      await queries.invalidateQueries({ queryKey: [accessPath] });
    },
  });
  const isComplete = !lacks && secret !== undefined && hasReaders(readers);
  const isDirty = !save.isSuccess && (secret !== props.secret || readers.robot !== props.robot || readers.pattern !== '');
  return (
    <ResourceWindow
      title={props.secret ? words.grantTo(props.secret.label) : words.grant} variant="small" isDirty={isDirty} onClose={props.onClose}
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
        {!props.secret && (
          <Field pointer="/secret" label={words.secret} isRequired hint={words.secretHelp} error={fieldError(save.error, '/secret', labels) ?? lacks}>
            {(control) => (
              <ResourcePicker<Secret> control={control} label={words.secret} path={secretsPath} query={{ project: props.robot?.project }}
                rowName={(row) => row.label} rowDetail={(row) => `${row.project_name} › ${row.target_system_name}`} value={secret}
                onChange={setSecret} />
            )}
          </Field>
        )}
        <WhoMayRead value={readers} onChange={setReaders} project={project} robotHint={secret && accessWords.robotHelp(secret.project_name)}
          robotError={fieldError(save.error, '/robot', labels)} patternError={fieldError(save.error, '/path_pattern', labels)} />
      </Form>
    </ResourceWindow>
  );
}
