import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Checkbox } from '@patternfly/react-core/dist/esm/components/Checkbox';
import { Form, FormGroup, FormHelperText } from '@patternfly/react-core/dist/esm/components/Form';
import { HelperText, HelperTextItem } from '@patternfly/react-core/dist/esm/components/HelperText';
import { Skeleton } from '@patternfly/react-core/dist/esm/components/Skeleton';
import { TextArea } from '@patternfly/react-core/dist/esm/components/TextArea';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client';
import { isProblem } from '../../api/problem';
import { useSession } from '../../api/session';
import { text } from '../../app/messages';
import { singleSignOn as words } from '../../app/messages/singleSignOn';
import { CopyField } from '../../components/CopyField';
import { Field } from '../../components/Field';
import { fieldError, FormError } from '../../components/FormError';
import { ResourceWindow } from '../../components/ResourceWindow';
import { SecretField } from '../../components/SecretField';
import { showToast } from '../../components/toastStore';
import { bodyOf, draftOf, isComplete, type Draft } from './draft';
import type { SignOnProvider } from './SingleSignOnPage';

const formId = 'sign-on-form';
const labels = {
  '/label': words.label, '/issuer': words.issuer, '/client_id': words.clientId, '/client_secret': words.clientSecret, '/scopes': words.scopes,
  '/user_name_claim': words.userNameClaim, '/email_claim': words.emailClaim, '/groups_claim': words.groupsClaim,
  '/trusted_ca_pem': words.ca, '/allowed_addresses': words.addresses,
};

/** The window for `/administration/single-sign-on/new` and `/administration/single-sign-on/{id}`. */
export default function ProviderWindow({ id, onClose }: { id: string; onClose: () => void }) {
  const isNew = id === 'new';
  const provider = useQuery({
    queryKey: ['/api/v1/single-sign-on', id], enabled: !isNew, staleTime: Infinity, gcTime: 0, refetchOnWindowFocus: false,
    queryFn: ({ signal }) => api.get('/api/v1/single-sign-on/{id}', { path: { id }, signal }),
  });
  if (isNew) return <ProviderForm onClose={onClose} />;
  if (provider.data) {
    // Another revision was asked for: begin afresh with it.
    return <ProviderForm key={provider.data.revision} provider={provider.data} reload={() => void provider.refetch()} onClose={onClose} />;
  }
  return (
    <ResourceWindow title={words.title} variant="medium" onClose={onClose}
      footer={(close) => <Button variant="link" onClick={close}>{text.common.close}</Button>}>
      {provider.isError
        ? isProblem(provider.error, 'not_found') ? words.gone : <FormError error={provider.error} labels={{}} />
        : <Skeleton screenreaderText={text.common.loading} />}
    </ResourceWindow>
  );
}

interface ProviderFormProps {
  /** Left out: a new one. */
  provider?: SignOnProvider;
  reload?: () => void;
  onClose: () => void;
}

function ProviderForm({ provider, reload, onClose }: ProviderFormProps) {
  const [before] = useState(() => draftOf(provider));
  const [draft, setDraft] = useState(before);
  const queries = useQueryClient();
  const { server } = useSession();
  const save = useMutation({
    mutationFn: () => provider
      ? api.put('/api/v1/single-sign-on/{id}', { path: { id: provider.id }, revision: provider.revision, body: bodyOf(draft) })
      : api.post('/api/v1/single-sign-on', { body: bodyOf(draft) }),
    onSuccess: async () => {
      showToast({ title: provider ? words.saved(draft.label) : words.added(draft.label) });
      onClose();
      await queries.invalidateQueries({ queryKey: ['/api/v1/single-sign-on'] });
    },
  });
  const isDirty = !save.isSuccess && JSON.stringify(draft) !== JSON.stringify(before);
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  const error = (pointer: string) => fieldError(save.error, pointer, labels);
  const line = (pointer: string, label: string, name: TextMember, more: { hint?: string; isRequired?: boolean } = {}) => (
    <Field pointer={pointer} label={label} error={error(pointer)} {...more}>
      {(control) => (
        <TextInput {...control} value={draft[name]} autoComplete="off" spellCheck={false} onChange={(_, value) => set({ [name]: value })} />
      )}
    </Field>
  );
  return (
    <ResourceWindow
      title={provider ? words.edit(provider.label) : words.add} variant="medium" isDirty={isDirty} onClose={onClose}
      footer={(close) => (
        <>
          <Button type="submit" form={formId} isDisabled={!isComplete(draft, !provider) || (provider && !isDirty)}
            isLoading={save.isPending} spinnerAriaLabel={text.common.loading}>
            {provider ? text.common.save : text.common.add}
          </Button>
          {isProblem(save.error, 'precondition_failed') && <Button variant="secondary" onClick={reload}>{text.common.reload}</Button>}
          <Button variant="link" onClick={close}>{text.common.cancel}</Button>
        </>
      )}
    >
      <Form id={formId} onSubmit={(event) => {
        event.preventDefault();
        if (!save.isPending) save.mutate();
      }}>
        <FormError error={save.error} labels={labels} />
        {line('/label', words.label, 'label', { isRequired: true, hint: words.labelHint })}
        {line('/issuer', words.issuer, 'issuer', { isRequired: true, hint: words.issuerHint })}
        {line('/client_id', words.clientId, 'clientId', { isRequired: true })}
        <SecretField pointer="/client_secret" label={words.clientSecret} isRequired={!provider} value={draft.clientSecret}
          hint={provider && words.secretStored} error={error('/client_secret')} onChange={(clientSecret) => set({ clientSecret })} />
        <FormGroup label={words.redirectUri} role="group">
          <CopyField label={words.redirectUri} value={provider?.redirect_uri ?? `${server.public_url}/sign-in/single-sign-on/callback`} />
          <FormHelperText><HelperText><HelperTextItem>{words.redirectHint}</HelperTextItem></HelperText></FormHelperText>
        </FormGroup>
        {line('/scopes', words.scopes, 'scopes', { hint: words.scopesHint })}
        {line('/user_name_claim', words.userNameClaim, 'userNameClaim', { isRequired: true })}
        {line('/email_claim', words.emailClaim, 'emailClaim')}
        {line('/groups_claim', words.groupsClaim, 'groupsClaim', { hint: words.groupsHint })}
        <Checkbox id="make-users" label={words.makeUsers} isChecked={draft.makeUsers} onChange={(_, makeUsers) => set({ makeUsers })} />
        <Checkbox id="link-users" label={words.linkUsers} description={words.linkHint} isChecked={draft.linkUsers}
          onChange={(_, linkUsers) => set({ linkUsers })} />
        <Field pointer="/trusted_ca_pem" label={words.ca} hint={words.caHint} error={error('/trusted_ca_pem')}>
          {(control) => (
            <TextArea {...control} value={draft.ca} rows={3} resizeOrientation="vertical" spellCheck={false} onChange={(_, ca) => set({ ca })} />
          )}
        </Field>
        {line('/allowed_addresses', words.addresses, 'addresses', { hint: words.addressesHint })}
      </Form>
    </ResourceWindow>
  );
}

type TextMember = { [Name in keyof Draft]: Draft[Name] extends string ? Name : never }[keyof Draft];
