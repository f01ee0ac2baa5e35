import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Form } from '@patternfly/react-core/dist/esm/components/Form';
import { FormSelect, FormSelectOption } from '@patternfly/react-core/dist/esm/components/FormSelect';
import { Spinner } from '@patternfly/react-core/dist/esm/components/Spinner';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client';
import { text } from '../../app/messages';
import { CopyField } from '../../components/CopyField';
import { Field } from '../../components/Field';
import { fieldError, FormError } from '../../components/FormError';
import { ResourceWindow } from '../../components/ResourceWindow';
import type { OAuthClient } from './clientTypes';

const words = text.finished;
const labels = { '/path': words.path, '/name': words.name, '/robot': words.robot };
const pollEvery = 2000;

/** After Finish: a robot gets the client, and its first look-up is waited for. */
export function FinishedWindow({ client, onClose }: { client: OAuthClient; onClose: () => void }) {
  const [robot, setRobot] = useState('');
  const [path, setPath] = useState('');
  const [name, setName] = useState('');
  const [key, setKey] = useState<string>();
  const queries = useQueryClient();
  const robots = useQuery({
    queryKey: ['/api/v1/robots', 'of', client.project],
    queryFn: ({ signal }) => api.get('/api/v1/robots', { query: { project: client.project, page_size: 200 }, signal }),
  });
  const grant = useMutation({
    mutationFn: async () => {
      let id = robot;
      if (id === '') {
        const made = await api.post('/api/v1/robots', { body: { project: client.project, path, name } });
        id = made.id;
        const first = await api.post('/api/v1/robots/{id}/keys', { path: { id } });
        setKey(first.key);
      }
      await api.post('/api/v1/robot-access', { body: { oauth_client: client.id, robot: id } });
      return id;
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['/api/v1/robots'] });
      await queries.invalidateQueries({ queryKey: ['/api/v1/robot-access'] });
    },
  });
  const isGranted = grant.isSuccess;
  const first = useQuery({
    queryKey: ['/api/v1/audit-events', 'first', client.id], enabled: isGranted,
    queryFn: ({ signal }) => api.get('/api/v1/audit-events', {
      query: { action: 'token.handed_out', subject_id: client.id, page_size: 1 }, signal }),
    refetchInterval: (query) => ((query.state.data?.items.length ?? 0) > 0 ? false : pollEvery),
  });
  const hasLookedUp = (first.data?.items.length ?? 0) > 0;
  return (
    <ResourceWindow title={words.title(client.label)} variant="medium" onClose={onClose}
      footer={(close) => (
        <>
          {!isGranted && (
            <Button onClick={() => grant.mutate()} isDisabled={robot === '' && name.trim() === ''} isLoading={grant.isPending}
              spinnerAriaLabel={text.common.loading}>{words.grant}</Button>
          )}
          <Button variant={isGranted ? 'primary' : 'link'} onClick={close}>{text.common.close}</Button>
        </>
      )}>
      {!isGranted && (
        <Form onSubmit={(event) => event.preventDefault()}>
          <Alert isInline variant="info" title={words.nobodyYet}>{words.nobodyYetBody}</Alert>
          <FormError error={grant.error} labels={labels} />
          <Field pointer="/robot" label={words.robot}>
            {({ isRequired, ...control }) => (
              <FormSelect {...control} isRequired={isRequired} value={robot} onChange={(_, value) => setRobot(value)}>
                <FormSelectOption value="" label={words.newRobot} />
                {(robots.data?.items ?? []).map((one) => (
                  <FormSelectOption key={one.id} value={one.id} label={one.path ? `${one.path}/${one.name}` : one.name} />
                ))}
              </FormSelect>
            )}
          </Field>
          {robot === '' && (
            <>
              <Field pointer="/name" label={words.name} isRequired error={fieldError(grant.error, '/name', labels)}>
                {(control) => <TextInput {...control} value={name} autoComplete="off" onChange={(_, value) => setName(value)} />}
              </Field>
              <Field pointer="/path" label={words.path} hint={words.pathHint} error={fieldError(grant.error, '/path', labels)}>
                {(control) => <TextInput {...control} value={path} autoComplete="off" onChange={(_, value) => setPath(value)} />}
              </Field>
            </>
          )}
        </Form>
      )}
      {isGranted && (
        <>
          {key && (
            <Alert isInline variant="warning" title={words.keyOnce}><CopyField value={key} label={words.key} isCode /></Alert>
          )}
          <Content component="p">{words.useIt}</Content>
          <CopyField value={snippet(client)} label={words.snippet} isCode />
          {hasLookedUp
            ? <Alert isInline variant="success" title={words.lookedUp} />
            : <div role="status"><Spinner size="md" aria-label={words.waiting} /> {words.waiting}</div>}
        </>
      )}
    </ResourceWindow>
  );
}

/** A look-up by hand; the key stays in the shell's own variable. */
function snippet(client: OAuthClient): string {
  const query = new URLSearchParams({ project: client.project_name, target_system: client.target_system_name, label: client.label });
  return `curl --cacert ca.crt -H "Authorization: Bearer $STRONGROOM_KEY" "${window.location.origin}/api/v1/lookup/oauth-clients?${query}"`;
}
