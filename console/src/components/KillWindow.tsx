import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Checkbox } from '@patternfly/react-core/dist/esm/components/Checkbox';
import { Form } from '@patternfly/react-core/dist/esm/components/Form';
import { List, ListItem } from '@patternfly/react-core/dist/esm/components/List';
import { Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core/dist/esm/components/Modal';
import { Skeleton } from '@patternfly/react-core/dist/esm/components/Skeleton';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState, type FormEvent } from 'react';
import { api, request, type ListPage, type QueryValues } from '../api/client';
import { usePermission, type Place } from '../api/session';
import { text } from '../app/messages';
import { kill as words } from '../app/messages/kill';
import { Field } from './Field';
import { errorText, fieldError } from './FormError';
import { afterKill } from './KilledAlert';
import type { Kill } from './kills';
import { showToast } from './toastStore';

export interface KillWindowProps {
  scope: Kill['scope'];
  /** Its id; of a service provider the catalogue's. */
  subject: string;
  name: string;
  /** The project that it belongs to, or is; null: none. */
  place: Place;
  onClose: () => void;
}

const labels = { '/reason': words.reason };

// What stops with each kind of thing: a list of the API, how it is narrowed to the thing, and its number in words.
type Counted = readonly [path: string, query: (subject: string) => QueryValues, said: (n: number) => string];
const below: Record<Kill['scope'], readonly Counted[]> = {
  robot: [['/api/v1/robot-access', (robot) => ({ robot, valid: true }), words.clientsRead]],
  oauth_client: [['/api/v1/robot-access', (client) => ({ oauth_client: client }), words.rules]],
  target_system: [['/api/v1/oauth-clients', (system) => ({ target_system: system }), words.clients]],
  service_provider: [['/api/v1/target-systems', (provider) => ({ service_provider: provider }), words.targetSystems]],
  project: [
    ['/api/v1/oauth-clients', (project) => ({ project }), words.clients], ['/api/v1/robots', (project) => ({ project }), words.robots],
  ],
};

/** Asks why before it stops something at once, with everything below it, and says what that is. */
export default function KillWindow({ scope, subject, name, place, onClose }: KillWindowProps) {
  const id = useId();
  const queries = useQueryClient();
  const [reason, setReason] = useState('');
  const [isRevoking, setRevoking] = useState(true);
  const stop = useMutation({
    mutationFn: () => api.post('/api/v1/kills', { body: { [scope]: subject, reason, revoke_upstream: isRevoking } }),
    onSuccess: (made) => {
      showToast({ variant: made.durable ? 'success' : 'warning', title: words.stopped(name), body: made.durable ? undefined : words.notDurable });
      onClose();
    },
    onError: (error) => {
      if (!fieldError(error, '/reason', labels)) showToast({ variant: 'danger', title: words.failed, body: errorText(error) });
    },
    onSettled: () => afterKill(queries),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!stop.isPending) stop.mutate();
  };
  const isRobot = scope === 'robot';
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby={`${id}-title`} aria-describedby={`${id}-body`}>
      <ModalHeader title={words.title(name)} labelId={`${id}-title`} titleIconVariant="danger" />
      <ModalBody id={`${id}-body`}>
        <Stack hasGutter>
          <StackItem>{words.body[scope]}</StackItem>
          <StackItem><Below scope={scope} subject={subject} /></StackItem>
          <StackItem>
            <Form id={`${id}-form`} onSubmit={submit} noValidate>
              <Field pointer="/reason" label={words.reason} isRequired hint={words.reasonHint} error={fieldError(stop.error, '/reason', labels)}>
                {(control) => <TextInput {...control} value={reason} autoComplete="off" onChange={(_, value) => setReason(value)} />}
              </Field>
              <Checkbox id={`${id}-revoke`} label={isRobot ? words.revokeOfRobot : words.revoke}
                description={isRobot ? words.revokeOfRobotHint : words.revokeHint} isChecked={isRevoking}
                onChange={(_, checked) => setRevoking(checked)} />
            </Form>
          </StackItem>
          <StackItem><WhoLifts place={place} /></StackItem>
        </Stack>
      </ModalBody>
      <ModalFooter>
        <Button variant="danger" type="submit" form={`${id}-form`} isLoading={stop.isPending} spinnerAriaLabel={text.common.loading}>
          {text.common.stop}
        </Button>
        <Button variant="link" onClick={onClose}>{text.common.cancel}</Button>
      </ModalFooter>
    </Modal>
  );
}

function WhoLifts({ place }: { place: Place }) {
  return <>{usePermission('lift_kill', place) ? words.youLift : words.whoLifts}</>;
}

async function count([path, query, said]: Counted, subject: string, signal: AbortSignal): Promise<string> {
  const { total } = await request<ListPage<unknown>>('GET', path, { query: { ...query(subject), page_size: 1 }, signal });
  return said(total);
}

/** Nobody waits for the numbers: it can be stopped before they are there. */
function Below({ scope, subject }: Pick<KillWindowProps, 'scope' | 'subject'>) {
  const lines = useQuery({
    queryKey: ['below', scope, subject], staleTime: 0, gcTime: 0, queryFn: ({ signal }) => Promise.all(below[scope].map((one) => count(one, subject, signal))),
  });
  if (lines.isError) return null;
  return (
    <>
      <p>{words.stops}</p>
      {lines.data ? <List>{lines.data.map((line) => <ListItem key={line}>{line}</ListItem>)}</List>
        : <Skeleton screenreaderText={words.counting} />}
    </>
  );
}
