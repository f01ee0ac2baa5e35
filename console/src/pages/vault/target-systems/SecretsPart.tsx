import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { FormGroup } from '@patternfly/react-core/dist/esm/components/Form';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { Flex, FlexItem } from '@patternfly/react-core/dist/esm/layouts/Flex';
import { targetSystems } from '../../../app/messages/targetSystems';
import { Field } from '../../../components/Field';
import { SecretField } from '../../../components/SecretField';
import { noSecret, type SecretDraft } from './draft';
import type { FormParts } from './formParts';
import { withPlace } from './hints';
import { StoredAction, StoredCredential } from './StoredCredential';

const words = targetSystems;

/** The consumer secret: a box where there is none, else what is known of it, and a way to replace or drop it. */
export function SecretsPart(parts: FormParts) {
  const { draft, change, stored } = parts;
  const has = stored?.consumer_secrets ?? [];
  if (has.length === 0) return <NewSecrets {...parts} />;
  if (draft.secretsAre === 'replaced') {
    return (
      <>
        <NewSecrets {...parts} />
        <StoredAction label={words.keep} onClick={() => change({ secretsAre: 'kept', secrets: [noSecret()] })} />
      </>
    );
  }
  return <StoredSecrets {...parts} />;
}

function StoredSecrets({ draft, change, stored }: FormParts) {
  const has = stored?.consumer_secrets ?? [];
  const isGoing = draft.secretsAre === 'dropped';
  return (
    <FormGroup label={words.storedSecrets} role="group" isStack>
      {has.map((secret) => (
        <StoredCredential key={secret.id} id={secret.id} createdAt={secret.created_at} acceptedAt={secret.accepted_at} expires={secret.expires_on} />
      ))}
      {isGoing && <Alert isInline isPlain variant="warning" title={words.dropped} />}
      <Flex>
        <FlexItem><StoredAction label={words.replace} onClick={() => change({ secretsAre: 'replaced' })} /></FlexItem>
        <FlexItem>
          {isGoing
            ? <StoredAction label={words.keep} onClick={() => change({ secretsAre: 'kept' })} />
            : <StoredAction isDanger label={has.length > 1 ? words.dropAll : words.drop} onClick={() => change({ secretsAre: 'dropped' })} />}
        </FlexItem>
      </Flex>
    </FormGroup>
  );
}

function NewSecrets({ draft, change, errorAt, stored, provider }: FormParts) {
  const [first = noSecret(), second] = draft.secrets;
  const set = (index: number, part: Partial<SecretDraft>) =>
    change({ secrets: draft.secrets.map((one, at) => (at === index ? { ...one, ...part } : one)) });
  const isReplacing = stored !== undefined && stored.consumer_secrets.length > 0;
  return (
    <>
      <SecretField refusesSpace pointer="/consumer_secrets/0/value" label={words.consumerSecret} hint={withPlace(words.consumerSecretHint, 'client_secret', provider)} value={first.value}
        error={errorAt('/consumer_secrets/0/value')} autoComplete="new-password" onChange={(value) => set(0, { value })} />
      <ExpiryField index={0} value={first.expiresOn} error={errorAt('/consumer_secrets/0/expires_on')} onChange={(expiresOn) => set(0, { expiresOn })} />
      {second && (
        <>
          <SecretField refusesSpace pointer="/consumer_secrets/1/value" label={words.secretBefore} hint={words.secretBeforeHint} value={second.value}
            error={errorAt('/consumer_secrets/1/value')} autoComplete="new-password" onChange={(value) => set(1, { value })} />
          <ExpiryField index={1} value={second.expiresOn} error={errorAt('/consumer_secrets/1/expires_on')} onChange={(expiresOn) => set(1, { expiresOn })} />
        </>
      )}
      {isReplacing && (
        <div>
          <Button variant="link" isInline onClick={() => change({ secrets: second ? [first] : [first, noSecret()] })}>
            {second ? words.withoutSecretBefore : words.addSecretBefore}
          </Button>
        </div>
      )}
    </>
  );
}

interface ExpiryFieldProps {
  index: number;
  value: string;
  error?: string;
  onChange: (date: string) => void;
}

function ExpiryField({ index, value, error, onChange }: ExpiryFieldProps) {
  return (
    <Field pointer={`/consumer_secrets/${index}/expires_on`} label={words.secretExpires} hint={words.secretExpiresHint} error={error}>
      {(control) => <TextInput {...control} type="date" value={value} onChange={(_, date) => onChange(date)} />}
    </Field>
  );
}
