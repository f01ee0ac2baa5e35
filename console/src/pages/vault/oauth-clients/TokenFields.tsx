import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { tokenImport as words } from '../../../app/messages/tokenImport';
import { Field } from '../../../components/Field';
import { fieldError, FormError } from '../../../components/FormError';
import { SecretField } from '../../../components/SecretField';
import { tokenLabels, type TokenImport } from './useTokenImport';

/** The boxes for tokens that somebody brings along: they go in, and never come out. */
export function TokenFields({ form, missing }: { form: TokenImport; missing?: string }) {
  const { fields, change, error } = form;
  const said = (pointer: string) => fieldError(error, pointer, tokenLabels);
  return (
    <>
      <FormError error={error} labels={tokenLabels} />
      <SecretField refusesSpace pointer="/refresh_token" label={words.refreshToken} hint={words.refreshHint} value={fields.refreshToken}
        error={said('/refresh_token') ?? missing} onChange={(refreshToken) => change({ refreshToken })} />
      <SecretField refusesSpace pointer="/access_token" label={words.accessToken} hint={words.accessHint} value={fields.accessToken}
        error={said('/access_token')} onChange={(accessToken) => change({ accessToken })} />
      <Field pointer="/expires_at" label={words.expiresAt} hint={words.expiresHint} error={said('/expires_at')}>
        {(control) => (
          <TextInput {...control} type="datetime-local" value={fields.expiresAt} onChange={(_, expiresAt) => change({ expiresAt })} />
        )}
      </Field>
      <Field pointer="/account_name" label={words.accountName} hint={words.accountHint} error={said('/account_name')}>
        {(control) => (
          <TextInput {...control} value={fields.accountName} autoComplete="off" onChange={(_, accountName) => change({ accountName })} />
        )}
      </Field>
      <Content component="small">{words.once}</Content>
    </>
  );
}
