import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Form } from '@patternfly/react-core/dist/esm/components/Form';
import { useId, useState } from 'react';
import { text } from '../../../app/messages';
import { tokenImport as words } from '../../../app/messages/tokenImport';
import { focusField } from '../../../components/FormError';
import { ResourceWindow } from '../../../components/ResourceWindow';
import { showToast } from '../../../components/toastStore';
import type { OAuthClient } from './clientTypes';
import { TokenFields } from './TokenFields';
import { useTokenImport } from './useTokenImport';

/** Stores tokens that somebody brings along for a client that is there. */
export default function ImportTokensWindow({ client, onClose }: { client: OAuthClient; onClose: () => void }) {
  const id = useId();
  const [isTried, setTried] = useState(false);
  const form = useTokenImport(client, (canRenew) => {
    showToast({ title: words.stored(client.label), body: canRenew ? words.storedNext : undefined });
    onClose();
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
