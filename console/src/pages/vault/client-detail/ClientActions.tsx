import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Divider } from '@patternfly/react-core/dist/esm/components/Divider';
import { Dropdown, DropdownItem, DropdownList } from '@patternfly/react-core/dist/esm/components/Dropdown';
import { MenuToggle } from '@patternfly/react-core/dist/esm/components/MenuToggle';
import { Flex, FlexItem } from '@patternfly/react-core/dist/esm/layouts/Flex';
import EllipsisVIcon from '@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { api } from '../../../api/client';
import { usePermissions } from '../../../api/session';
import { text } from '../../../app/messages';
import { client as words } from '../../../app/messages/client';
import { carry, changeSearch } from '../../../app/url';
import ConfirmDelete from '../../../components/ConfirmDelete';
import { errorText } from '../../../components/FormError';
import { showToast } from '../../../components/toastStore';
import { patchClient } from '../oauth-clients/changeClient';
import { deletable } from '../oauth-clients/deletable';
import { hasLink, needsPerson } from '../grants';
import { hasTokens, type OAuthClient } from './health';
import { ReconnectWindow } from './ReconnectWindow';
import { RevokeWindow } from './RevokeWindow';
import { useVerify } from './useVerification';

const ImportTokensWindow = lazy(() => import('../oauth-clients/ImportTokensWindow'));
const KillWindow = lazy(() => import('../../../components/KillWindow'));

type Open = 'reconnect' | 'link' | 'import' | 'revoke' | 'delete' | 'kill';

/** What can be done with a client; what the person may not do is not offered. */
export function ClientActions({ client, listAddress }: { client: OAuthClient; listAddress: string }) {
  const [, navigate] = useLocation();
  const search = useSearch();
  const [open, setOpen] = useState<Open>();
  const allowed = usePermissions();
  const may = {
    configure: allowed('configure', client.project), retrieve: allowed('retrieve', client.project), kill: allowed('kill', client.project),
    disable: allowed('configure', client.project) || allowed('disable', client.project),
  };
  const { retrieve, toggle } = useChanges(client);
  const verify = useVerify(client);
  const close = () => setOpen(undefined);
  const edit = () => navigate(carry(`/repository/vault/oauth-clients/${client.id}/edit`, search, ['project', 'filter']));
  const kept = carry('', search, ['project', 'filter']);
  const duplicate = () => navigate(`/repository/vault/oauth-clients/new?${changeSearch(kept, { copy: client.id })}`);
  const signsIn = needsPerson(client.flow) && client.state !== 'draft' && may.retrieve;
  const isConnected = client.signed_in_at !== null || client.refresh?.has_refresh_token === true;
  return (
    <>
      <Flex spaceItems={{ default: 'spaceItemsSm' }}>
        {client.state === 'draft' && may.configure && <FlexItem><Button onClick={edit}>{words.finish}</Button></FlexItem>}
        {signsIn && (
          <FlexItem>
            <Button variant={client.state === 'needs_sign_in' ? 'primary' : 'secondary'} onClick={() => setOpen('reconnect')}>
              {isConnected ? words.reconnect : words.signIn}
            </Button>
          </FlexItem>
        )}
        {client.state !== 'draft' && client.state !== 'needs_sign_in' && may.retrieve && (
          <FlexItem>
            <Button variant={client.state === 'needs_retrieval' || client.state === 'failing' ? 'primary' : 'secondary'} isLoading={retrieve.isPending}
              isDisabled={client.state === 'disabled'} spinnerAriaLabel={text.common.loading}
              onClick={() => { if (!retrieve.isPending) retrieve.mutate(); }}>
              {words.retrieve}
            </Button>
          </FlexItem>
        )}
        <FlexItem>
          <MoreMenu client={client} edit={may.configure ? edit : undefined} copyLink={signsIn && hasLink(client.flow) ? () => setOpen('link') : undefined}
            importTokens={may.configure && needsPerson(client.flow) ? () => setOpen('import') : undefined}
            duplicate={may.configure ? duplicate : undefined}
            verify={may.retrieve && client.token && client.state !== 'disabled' ? () => { if (!verify.isPending) verify.mutate(); } : undefined}
            toggle={may.disable ? () => toggle.mutate(client.state !== 'disabled') : undefined}
            revoke={may.configure && hasTokens(client) ? () => setOpen('revoke') : undefined}
            kill={may.kill && client.killed_by === null ? () => setOpen('kill') : undefined}
            remove={may.configure ? () => setOpen('delete') : undefined} />
        </FlexItem>
      </Flex>
      {open === 'delete' && (
        <ConfirmDelete items={[deletable(client)]} onClose={close} onDeleted={() => navigate(listAddress)} />
      )}
      {open === 'kill' && (
        <Suspense><KillWindow scope="oauth_client" subject={client.id} name={client.label} place={client.project} onClose={close} /></Suspense>
      )}
      {open === 'revoke' && <RevokeWindow client={client} onClose={close} />}
      {(open === 'reconnect' || open === 'link') && <ReconnectWindow client={client} isLink={open === 'link'} onClose={close} />}
      {open === 'import' && <Suspense><ImportTokensWindow client={client} onClose={close} /></Suspense>}
    </>
  );
}

function useChanges(client: OAuthClient) {
  const queries = useQueryClient();
  const path = { id: client.id };
  const changed = () => Promise.all([
    queries.invalidateQueries({ queryKey: ['/api/v1/oauth-clients'] }), queries.invalidateQueries({ queryKey: ['/api/v1/audit-events'] }),
  ]);
  const retrieve = useMutation({
    mutationFn: () => api.post('/api/v1/oauth-clients/{id}/retrieve-tokens', { path }),
    onSuccess: () => showToast({ title: words.retrieved }),
    onError: (error) => showToast({ variant: 'danger', title: words.retrieveFailed, body: errorText(error) }),
    // A failure is kept with the client, too.
    onSettled: changed,
  });
  const toggle = useMutation({
    mutationFn: (disabled: boolean) => patchClient(client, { disabled }),
    onSuccess: (now) => showToast({ title: now.state === 'disabled' ? words.disabled(client.label) : words.enabled(client.label) }),
    onError: (error) => showToast({ variant: 'danger', title: words.changeFailed, body: errorText(error) }),
    onSettled: changed,
  });
  return { retrieve, toggle };
}

interface MoreMenuProps {
  client: OAuthClient;
  edit?: () => void;
  copyLink?: () => void;
  importTokens?: () => void;
  duplicate?: () => void;
  verify?: () => void;
  toggle?: () => void;
  revoke?: () => void;
  kill?: () => void;
  remove?: () => void;
}

function MoreMenu({ client, edit, copyLink, importTokens, duplicate, verify, toggle, revoke, kill, remove }: MoreMenuProps) {
  const [isOpen, setOpen] = useState(false);
  if (!edit && !copyLink && !verify && !toggle && !revoke && !kill && !remove) return null;
  return (
    <Dropdown isOpen={isOpen} onOpenChange={setOpen} onSelect={() => setOpen(false)} popperProps={{ position: 'right' }}
      toggle={(ref) => (
        <MenuToggle ref={ref} variant="plain" isExpanded={isOpen} onClick={() => setOpen(!isOpen)} aria-label={words.actions}
          icon={<EllipsisVIcon />} />
      )}>
      <DropdownList>
        {edit && <DropdownItem key="edit" onClick={edit}>{text.common.edit}</DropdownItem>}
        {copyLink && <DropdownItem key="link" onClick={copyLink}>{words.copyLink}</DropdownItem>}
        {importTokens && <DropdownItem key="import" onClick={importTokens}>{words.importTokens}</DropdownItem>}
        {duplicate && <DropdownItem key="duplicate" onClick={duplicate}>{words.duplicate}</DropdownItem>}
        {verify && <DropdownItem key="verify" onClick={verify}>{words.verify}</DropdownItem>}
        {toggle && client.state !== 'draft' && (
          <DropdownItem key="toggle" onClick={toggle}>{client.state === 'disabled' ? words.enable : words.disable}</DropdownItem>
        )}
        {(revoke ?? kill ?? remove) && <Divider key="divider" component="li" />}
        {revoke && <DropdownItem key="revoke" isDanger onClick={revoke}>{words.revoke}</DropdownItem>}
        {kill && <DropdownItem key="kill" isDanger onClick={kill}>{text.common.stop}</DropdownItem>}
        {remove && <DropdownItem key="delete" isDanger onClick={remove}>{text.common.delete}</DropdownItem>}
      </DropdownList>
    </Dropdown>
  );
}
