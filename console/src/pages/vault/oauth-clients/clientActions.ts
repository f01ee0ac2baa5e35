// What can be done with an OAuth client from the list.
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../../api/client';
import { text } from '../../../app/messages';
import { oauthClients as words } from '../../../app/messages/oauthClients';
import { errorText } from '../../../components/FormError';
import { showToast } from '../../../components/toastStore';
import { clientsPath, type OAuthClient } from './clientTypes';


export async function putDisabled(client: OAuthClient, disabled: boolean): Promise<void> {
  await api.patch('/api/v1/oauth-clients/{id}', { path: { id: client.id }, revision: client.revision, body: { disabled } });
}

/** Whether Disable or Enable means anything for it. */
export function canBecome(client: OAuthClient, disabled: boolean): boolean {
  return client.state !== 'draft' && (client.state === 'disabled') !== disabled;
}

/** A link that somebody can sign in with again; `shown` where the browser did not let it be copied. */
export interface ReconnectLink {
  label: string;
  url: string;
}

export function useClientActions() {
  const queries = useQueryClient();
  const [shown, setShown] = useState<ReconnectLink>();

  const setDisabled = async (client: OAuthClient, disabled: boolean) => {
    try {
      await putDisabled(client, disabled);
      showToast({
        title: disabled ? words.disabled(client.label) : words.enabled(client.label),
        action: { label: text.common.undo, run: () => void undo(client, disabled) },
      });
    } catch (failure) {
      showToast({ title: words.notChanged(client.label), body: errorText(failure), variant: 'danger' });
    }
    await queries.invalidateQueries({ queryKey: [clientsPath] });
  };
  const undo = async (client: OAuthClient, disabled: boolean) => {
    const now = await api.get('/api/v1/oauth-clients/{id}', { path: { id: client.id } }).catch(() => undefined);
    if (now && canBecome(now, !disabled)) await setDisabled(now, !disabled);
  };

  const copyLink = async (client: OAuthClient) => {
    try {
      const made = await api.post('/api/v1/oauth-clients/{id}/authorizations', { path: { id: client.id } });
      const url = made.url ?? '';
      await navigator.clipboard.writeText(url).then(
        () => showToast({ title: words.linkCopied, body: words.linkCopiedBody }),
        () => setShown({ label: client.label, url }),
      );
    } catch (failure) {
      showToast({ title: words.noLink, body: errorText(failure), variant: 'danger' });
    }
  };
  return { setDisabled, copyLink, shown, hideLink: () => setShown(undefined) };
}
