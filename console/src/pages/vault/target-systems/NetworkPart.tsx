import { TextArea } from '@patternfly/react-core/dist/esm/components/TextArea';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { targetSystems as targetSystemsWords } from '../../../app/messages/targetSystems';
import { Field } from '../../../components/Field';
import { LabelsField } from '../../../components/LabelsField';
import { SecretField } from '../../../components/SecretField';
import type { FormParts } from './formParts';

const words = targetSystemsWords;

/** For providers that are not on the public internet: CA, addresses, proxy. */
export function NetworkPart({ draft, change, errorAt, stored }: FormParts) {
  return (
    <>
      <Field pointer="/trusted_ca_pem" label={words.trustedCa} hint={words.trustedCaHint} error={errorAt('/trusted_ca_pem')}>
        {(control) => (
          <TextArea {...control} value={draft.trustedCa} rows={4} resizeOrientation="vertical" spellCheck={false} autoComplete="off"
            onChange={(_, trustedCa) => change({ trustedCa })} />
        )}
      </Field>
      <LabelsField pointer="/allowed_addresses" label={words.allowedAddresses} hint={words.allowedAddressesHint} endsAtSpace
        error={errorAt('/allowed_addresses')} values={draft.allowedAddresses} onChange={(allowedAddresses) => change({ allowedAddresses })} />
      <Field pointer="/proxy" label={words.proxy} hint={words.proxyHint} error={errorAt('/proxy')}>
        {(control) => (
          <TextInput {...control} value={draft.proxy} autoComplete="off" spellCheck={false} onChange={(_, proxy) => change({ proxy })} />
        )}
      </Field>
      <SecretField pointer="/proxy_credentials" label={words.proxyCredentials} value={draft.proxyCredentials}
        hint={stored?.has_proxy_credentials ? undefined : words.proxyCredentialsHint} isStored={stored?.has_proxy_credentials}
        error={errorAt('/proxy_credentials')} autoComplete="new-password" onChange={(proxyCredentials) => change({ proxyCredentials })} />
    </>
  );
}
