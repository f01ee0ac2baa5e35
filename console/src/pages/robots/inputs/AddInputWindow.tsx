import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Form } from '@patternfly/react-core/dist/esm/components/Form';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { api } from '../../../api/client';
import { text } from '../../../app/messages';
import { basicEngine as words } from '../../../app/messages/basicEngine';
import { Field } from '../../../components/Field';
import { fieldError, FormError } from '../../../components/FormError';
import { ResourcePicker } from '../../../components/ResourcePicker';
import { ResourceWindow } from '../../../components/ResourceWindow';
import { showToast } from '../../../components/toastStore';
import { windowOf, type OAuthClient } from '../../vault/oauth-clients/clientTypes';
import type { Robot } from '../RobotList';
import { asSent, type TakenInput } from './RobotInputs';

const formId = 'robot-input-form';

export interface AddInputWindowProps {
  robot: Robot;
  /** Those that it takes already. */
  inputs: TakenInput[];
  onClose: () => void;
}

/** Lets a Basic Engine Robot take one more OAuth client. */
export function AddInputWindow({ robot, inputs, onClose }: AddInputWindowProps) {
  const [name, setName] = useState('');
  const [client, setClient] = useState<OAuthClient>();
  const queries = useQueryClient();
  const here = `/items/${inputs.length}`;
  const labels = { [`${here}/name`]: words.name, [`${here}/oauth_client`]: words.client };
  const add = useMutation({
    mutationFn: () => api.put('/api/v1/robots/{id}/inputs', {
      path: { id: robot.id }, revision: robot.revision, body: asSent([...inputs, { name, oauth_client: client?.id ?? '' }]),
    }),
    onSuccess: async () => {
      showToast({ title: words.added(name) });
      onClose();
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['/api/v1/robots'] }), queries.invalidateQueries({ queryKey: ['/api/v1/oauth-clients'] }),
      ]);
    },
  });
  const hasBox = client?.allow_basic_engine_robots ?? false;
  const isComplete = name.trim() !== '' && hasBox;
  return (
    <ResourceWindow
      title={words.addTitle} variant="small" isDirty={!add.isSuccess && (name !== '' || client !== undefined)} onClose={onClose}
      footer={(close) => (
        <>
          <Button type="submit" form={formId} isDisabled={!isComplete} isLoading={add.isPending} spinnerAriaLabel={text.common.loading}>
            {text.common.add}
          </Button>
          <Button variant="link" onClick={close}>{text.common.cancel}</Button>
        </>
      )}
    >
      <Form id={formId} onSubmit={(event) => {
        event.preventDefault();
        if (isComplete && !add.isPending) add.mutate();
      }}>
        <FormError error={add.error} labels={labels} />
        <Alert isInline isPlain variant="warning" title={words.bypasses} />
        <Field pointer={`${here}/name`} label={words.name} isRequired hint={words.nameHint} error={fieldError(add.error, `${here}/name`, labels)}>
          {(control) => <TextInput {...control} value={name} autoComplete="off" dir="auto" onChange={(_, value) => setName(value)} />}
        </Field>
        <Field pointer={`${here}/oauth_client`} label={words.client} isRequired hint={words.clientHint}
          error={fieldError(add.error, `${here}/oauth_client`, labels)}>
          {(control) => (
            <ResourcePicker<OAuthClient> control={control} label={words.client} placeholder={words.chooseClient} path="/api/v1/oauth-clients"
              query={{ project: robot.project }} rowName={(row) => row.label} value={client} onChange={setClient}
              rowDetail={(row) => (row.allow_basic_engine_robots ? row.target_system_name : words.withoutBox(row.target_system_name))} />
          )}
        </Field>
        {client && !hasBox && (
          <Alert isInline isLiveRegion variant="warning" title={words.noBox}>
            <Link href={windowOf(client.id)} aria-label={words.openBox(client.label)}>{words.whyNot.box_off}</Link>
          </Alert>
        )}
      </Form>
    </ResourceWindow>
  );
}
