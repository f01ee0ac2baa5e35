import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { ActionGroup, Form } from '@patternfly/react-core/dist/esm/components/Form';
import { useState } from 'react';
import { text } from '../../../app/messages';
import { tokenImport as words } from '../../../app/messages/tokenImport';
import { focusField } from '../../../components/FormError';
import type { OAuthClient } from './clientTypes';
import { TokenFields } from './TokenFields';
import { useTokenImport } from './useTokenImport';

/** In place of a sign-in: the tokens that somebody has already. */
export default function OwnTokens({ client, onStored }: { client: OAuthClient; onStored: (canRenew: boolean) => void }) {
  const form = useTokenImport(client, onStored);
  const [isTried, setTried] = useState(false);
  const isEmpty = form.fields.refreshToken === '' && form.fields.accessToken === '';
  const store = () => {
    setTried(true);
    if (isEmpty) focusField('/refresh_token');
    else form.store();
  };
  return (
    <Form isWidthLimited autoComplete="off" onSubmit={(event) => {
      event.preventDefault();
      store();
    }}>
      <Content component="p">{words.lead}</Content>
      <TokenFields form={form} missing={isTried && isEmpty ? words.needed : undefined} />
      <ActionGroup>
        <Button type="submit" variant="secondary" isDisabled={form.isStoring} isLoading={form.isStoring} spinnerAriaLabel={text.common.loading}>
          {words.store}
        </Button>
      </ActionGroup>
    </Form>
  );
}
