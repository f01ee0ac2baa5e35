import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { ExpandableSection } from '@patternfly/react-core/dist/esm/components/ExpandableSection';
import { Form, FormGroup, FormSection } from '@patternfly/react-core/dist/esm/components/Form';
import { Radio } from '@patternfly/react-core/dist/esm/components/Radio';
import { TextArea } from '@patternfly/react-core/dist/esm/components/TextArea';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api } from '../../../api/client';
import { ApiError } from '../../../api/problem';
import { text } from '../../../app/messages';
import { targetSystems as targetSystemsWords } from '../../../app/messages/targetSystems';
import { Field } from '../../../components/Field';
import { errorText, fieldError } from '../../../components/FormError';
import { LabelsField } from '../../../components/LabelsField';
import { ResourceWindow } from '../../../components/ResourceWindow';
import { withResource, type Draft, type ProposedServer, type ResourceProposal, type ServiceProvider } from './draft';

const words = targetSystemsWords;
const formId = 'resource-form';
const labels: Record<string, string> = {
  '/resource': words.address, '/trusted_ca_pem': words.trustedCa, '/allowed_addresses': words.allowedAddresses, '/proxy': words.proxy,
};

interface ResourceStepProps {
  /** What the form behind it begins with besides. */
  draft: Draft;
  /** The entry whose endpoints are discovered. */
  provider: ServiceProvider;
  onClose: () => void;
  onFound: (draft: Draft) => void;
}

/** The step before the form of a target system that is made from a resource's address: it is asked, and a person chooses. */
export function ResourceStep({ draft: begun, provider, onClose, onFound }: ResourceStepProps) {
  const [address, setAddress] = useState('');
  const [draft, setDraft] = useState(begun);
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState<ProposedServer>();
  const ask = useMutation({
    mutationFn: () => api.post('/api/v1/resource-discoveries', { body: {
      resource: address.trim(), trusted_ca_pem: draft.trustedCa, allowed_addresses: draft.allowedAddresses, proxy: draft.proxy,
    } }),
    onMutate: () => setChosen(undefined),
    // What is wrong may be folded away.
    onError: (error) => setOpen(isOpen || (error instanceof ApiError && error.field !== '/resource')),
    onSuccess: ({ authorization_servers: servers }) => {
      const usable = servers.filter(({ problem }) => problem === null);
      if (usable.length === 1) setChosen(usable[0]);
    },
  });
  const change = (part: Partial<Draft>) => setDraft((now) => ({ ...now, ...part }));
  // What was found is of the address that was asked.
  const edit = (next: string) => {
    setAddress(next);
    ask.reset();
    setChosen(undefined);
  };
  const found = ask.data;
  return (
    <ResourceWindow title={words.addFromAddress} description={words.addressLead} isDirty={address !== ''} onClose={onClose}
      notice={ask.error && <Alert isInline isLiveRegion variant="danger" title={words.askFailed}>{errorText(ask.error)}</Alert>}
      footer={(close) => (
        <>
          {found && <Button isDisabled={!chosen} onClick={() => chosen && onFound(withResource(draft, provider, found, chosen))}>{words.goOn}</Button>}
          <Button type="submit" form={formId} variant={found ? 'secondary' : 'primary'} isLoading={ask.isPending} spinnerAriaLabel={text.common.loading}
            isDisabled={address.trim() === ''}>{words.ask}</Button>
          <Button variant="link" onClick={close}>{text.common.cancel}</Button>
        </>
      )}>
      <Form id={formId} noValidate onSubmit={(event) => {
        event.preventDefault();
        if (!ask.isPending && address.trim() !== '') ask.mutate();
      }}>
        <Field pointer="/resource" label={words.address} isRequired hint={words.addressHint} error={fieldError(ask.error, '/resource', labels)}>
          {(control) => <TextInput {...control} type="url" value={address} autoComplete="off" spellCheck={false} onChange={(_, next) => edit(next)} />}
        </Field>
        <ExpandableSection isIndented isExpanded={isOpen} onToggle={(_, open) => setOpen(open)} toggleText={words.network}>
          {isOpen && <Way draft={draft} change={change} error={ask.error} />}
        </ExpandableSection>
        {found && <Servers found={found} chosen={chosen} onChoose={setChosen} />}
      </Form>
    </ResourceWindow>
  );
}

/** How it is reached, as of the target system that is to be. */
function Way({ draft, change, error }: { draft: Draft; change: (part: Partial<Draft>) => void; error: unknown }) {
  const errorAt = (pointer: string) => fieldError(error, pointer, labels);
  return (
    <FormSection>
      <Field pointer="/trusted_ca_pem" label={words.trustedCa} hint={words.trustedCaHint} error={errorAt('/trusted_ca_pem')}>
        {(control) => (
          <TextArea {...control} value={draft.trustedCa} rows={4} resizeOrientation="vertical" spellCheck={false} autoComplete="off"
            onChange={(_, trustedCa) => change({ trustedCa })} />
        )}
      </Field>
      <LabelsField pointer="/allowed_addresses" label={words.allowedAddresses} hint={words.allowedAddressesHint} endsAtSpace
        error={errorAt('/allowed_addresses')} values={draft.allowedAddresses} onChange={(allowedAddresses) => change({ allowedAddresses })} />
      <Field pointer="/proxy" label={words.proxy} hint={words.proxyHint} error={errorAt('/proxy')}>
        {(control) => <TextInput {...control} value={draft.proxy} autoComplete="off" spellCheck={false} onChange={(_, proxy) => change({ proxy })} />}
      </Field>
    </FormSection>
  );
}

function said({ problem, message, registration, scopes }: ProposedServer): string {
  if (problem) return message ?? problem;
  return [words.registrations[registration], scopes.length > 0 && words.foundScopes(scopes.join(', '))].filter(Boolean).join(' ');
}

/** What the resource wrote is text, whatever it looks like. */
function Servers({ found, chosen, onChoose }: { found: ResourceProposal; chosen?: ProposedServer; onChoose: (server: ProposedServer) => void }) {
  const id = useId();
  return (
    <FormGroup label={words.foundServers(found.name || found.resource)} role="radiogroup" isStack>
      <p>{words.foundServersHint}</p>
      {found.authorization_servers.map((server, index) => (
        <Radio key={server.issuer} id={`${id}-${index}`} name={id} label={server.issuer} description={said(server)}
          isDisabled={server.problem !== null} isChecked={chosen?.issuer === server.issuer} onChange={() => onChoose(server)} />
      ))}
    </FormGroup>
  );
}
