import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Form } from '@patternfly/react-core/dist/esm/components/Form';
import { useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api } from '../../../api/client';
import { text } from '../../../app/messages';
import { tokenImport as words } from '../../../app/messages/tokenImport';
import { errorText, focusField } from '../../../components/FormError';
import { ResourceWindow } from '../../../components/ResourceWindow';
import { showToast } from '../../../components/toastStore';
import { clientsPath, type OAuthClient } from './clientTypes';
import { TokenFields } from './TokenFields';
import { useTokenImport } from './useTokenImport';

/** A refresh token that does not work is better known now than by the first robot. Goes on when the window is gone. */
function useTry(client: OAuthClient): () => void {
  const queries = useQueryClient();
  return () => void (async () => {
    try {
      await api.post('/api/v1/oauth-clients/{id}/retrieve-tokens', { path: { id: client.id } });
      showToast({ title: words.tried(client.label) });
    } catch (error) {
      showToast({ variant: 'danger', title: words.triedInVain(client.label), body: errorText(error) });
    }
    await queries.invalidateQueries({ queryKey: [clientsPath] });
  })();
}

/** Stores tokens that somebody brings along for a client that is there. */
export default function ImportTokensWindow({ client, onClose }: { client: OAuthClient; onClose: () => void }) {
  const id = useId();
  const [isTried, setTried] = useState(false);
  const tryAtOnce = useTry(client);
  const form = useTokenImport(client, (canRenew) => {
    showToast({ title: words.stored(client.label), body: canRenew ? words.storedNext : undefined });
    onClose();
    if (canRenew) tryAtOnce();
  });
  const isEmpty = form.fields.refreshToken === '' && form.fields.accessToken === '';
  const store = () => {
    setTried(true);
    if (isEmpty) focusField('/refresh_token');
    else form.store();
  };
  return (
    <ResourceWindow title={words.title(client.label)} description={words.leadAlone} onClose={onClose} isDirty={form.isDirty}
      footer={(close) => (
        <>
          <Button type="submit" form={id} isDisabled={form.isStoring} isLoading={form.isStoring} spinnerAriaLabel={text.common.loading}>
            {words.store}
          </Button>
          <Button variant="link" onClick={close}>{text.common.cancel}</Button>
        </>
      )}>
      <Form id={id} autoComplete="off" onSubmit={(event) => {
        event.preventDefault();
        store();
      }}>
        <TokenFields form={form} missing={isTried && isEmpty ? words.needed : undefined} />
      </Form>
    </ResourceWindow>
  );
}
