import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { List, ListItem } from '@patternfly/react-core/dist/esm/components/List';
import { Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core/dist/esm/components/Modal';
import { Spinner } from '@patternfly/react-core/dist/esm/components/Spinner';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId } from 'react';
import { api, request } from '../../../api/client';
import type { components } from '../../../api/schema';
import { text } from '../../../app/messages';
import { client as words } from '../../../app/messages/client';
import { errorText } from '../../../components/FormError';
import { showToast } from '../../../components/toastStore';
import { needsPerson } from '../grants';
import type { OAuthClient } from './health';

interface Props {
  client: OAuthClient;
  onClose: () => void;
}

/** Asks before revoking, and says who loses what. */
export function RevokeWindow({ client, onClose }: Props) {
  const id = useId();
  const queries = useQueryClient();
  // What a deletion would affect is who loses the tokens as well; nothing is deleted.
  const affected = useQuery({
    queryKey: ['dry-run', client.id], staleTime: 0, gcTime: 0,
    queryFn: () => request<components['schemas']['Deletion']>('DELETE', `/api/v1/oauth-clients/${client.id}`, { query: { dry_run: true } }),
  });
  const revoke = useMutation({
    mutationFn: () => api.post('/api/v1/oauth-clients/{id}/revoke-tokens', { path: { id: client.id } }),
    onSuccess: (now) => {
      const state = now.revocation?.state ?? 'confirmed';
      showToast({ variant: state === 'confirmed' ? 'success' : 'warning', title: words.revoked[state] });
    },
    onError: (error) => showToast({ variant: 'danger', title: words.revokeFailed, body: errorText(error) }),
    onSettled: async () => {
      onClose();
      await Promise.all([
        queries.invalidateQueries({ queryKey: ['/api/v1/oauth-clients'] }), queries.invalidateQueries({ queryKey: ['/api/v1/audit-events'] }),
      ]);
    },
  });
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby={`${id}-title`} aria-describedby={`${id}-body`}>
      <ModalHeader title={words.revokeTitle(client.label)} labelId={`${id}-title`} titleIconVariant="warning" />
      <ModalBody id={`${id}-body`}>
        <p>{words.revokeBody}</p>
        {affected.isPending && <Spinner size="md" aria-label={words.revokeAsking} />}
        {affected.isError && <Alert isInline variant="danger" title={errorText(affected.error)} />}
        {affected.data && <WhoLoses client={client} rules={affected.data.affected.robot_access} />}
      </ModalBody>
      <ModalFooter>
        <Button variant="danger" isDisabled={!affected.data || revoke.isPending} isLoading={revoke.isPending}
          spinnerAriaLabel={text.common.loading} onClick={() => revoke.mutate()}>
          {words.revoke}
        </Button>
        <Button variant="link" onClick={onClose}>{text.common.cancel}</Button>
      </ModalFooter>
    </Modal>
  );
}

function WhoLoses({ client, rules }: { client: OAuthClient; rules: number }) {
  const account = client.account?.name ?? '';
  return (
    <List>
      <ListItem>{rules === 0 ? words.revokeNobody : words.revokeRobots(rules)}</ListItem>
      <ListItem>
        {needsPerson(client.flow) ? words.revokeSignIn(account === '' ? words.revokeAnyOwner : account) : words.revokeByItself}
      </ListItem>
    </List>
  );
}
