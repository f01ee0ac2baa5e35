import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Checkbox } from '@patternfly/react-core/dist/esm/components/Checkbox';
import { ExpandableSection } from '@patternfly/react-core/dist/esm/components/ExpandableSection';
import { FormGroup, FormSection } from '@patternfly/react-core/dist/esm/components/Form';
import { FormSelect, FormSelectOption } from '@patternfly/react-core/dist/esm/components/FormSelect';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Radio } from '@patternfly/react-core/dist/esm/components/Radio';
import { Skeleton } from '@patternfly/react-core/dist/esm/components/Skeleton';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { useId, type ReactNode } from 'react';
import { text } from '../../../app/messages';
import { targetSystems as targetSystemsWords } from '../../../app/messages/targetSystems';
import { Field } from '../../../components/Field';
import { LabelsField } from '../../../components/LabelsField';
import { needsPerson } from '../grants';
import { AtProvider } from './AtProvider';
import { CallbackAddress, CallbackChoice } from './CallbackPart';
import { CertificatesPart } from './CertificatesPart';
import { HeldDestination, IssuerMetadata } from './Destination';
import { withPlace } from './hints';
import { KeyPart } from './KeyPart';
import { ProviderTroubles } from './ProviderTroubles';
import {
  flowsOf, hasCallback, mayBindTokens, methodsOf, parametersOf, signsAndProves, takesScopes, withFlow, withProvider, type ClientAuthentication, type Flow, type ServiceProvider,
} from './draft';
import type { FormParts } from './formParts';
import { NetworkPart } from './NetworkPart';
import { ParameterFields, TenantFields } from './ProviderFields';
import { ProviderPicker } from './ProviderPicker';
import { Registration } from './Registration';
import { SecretsPart } from './SecretsPart';
import { StoredCredential } from './StoredCredential';
import { UsualScopes } from './UsualScopes';

const words = targetSystemsWords;

/** The parts that can be folded away. */
export type Section = 'more' | 'network';

export interface OAuthTabProps extends FormParts {
  /** Its id, also of one that is not stored yet. */
  id: string;
  /** The catalogue; undefined while it is read. */
  providers?: ServiceProvider[];
  isDirty: boolean;
  reload: () => void;
  isOpen: Record<Section, boolean>;
  setOpen: (section: Section, isOpen: boolean) => void;
}

/** Enable OAuth, the provider, the flow, and the boxes that these two ask for. */
export function OAuthTab(props: OAuthTabProps) {
  const { draft, change, providers, provider, errorAt, stored } = props;
  const id = useId();
  return (
    <>
      {stored && <ProviderTroubles system={stored} />}
      {stored && <HeldDestination system={stored} isDirty={props.isDirty} reload={props.reload} />}
      <Checkbox id={id} label={words.oauthEnabled} description={words.oauthEnabledHelp} isChecked={draft.oauthEnabled}
        data-pointer="/oauth_enabled" onChange={(_, oauthEnabled) => change({ oauthEnabled })} />
      {draft.oauthEnabled && !providers && <Skeleton height="12rem" screenreaderText={text.common.loading} />}
      {draft.oauthEnabled && providers && (
        <ProviderPicker providers={providers} value={draft.provider} error={errorAt('/service_provider')}
          onChange={(next) => change(withProvider(draft, next))} />
      )}
      {draft.oauthEnabled && provider && <ProviderSettings {...props} provider={provider} />}
    </>
  );
}

function ProviderSettings(props: OAuthTabProps & { provider: ServiceProvider }) {
  const { draft, provider, stored, id } = props;
  return (
    <>
      <FlowField {...props} />
      {draft.flow === 'password' && <Alert isInline variant="warning" title={words.legacy}>{words.legacyWhy}</Alert>}
      <AtProvider provider={provider} flow={draft.flow} />
      {hasCallback(draft.flow) && <CallbackAddress id={id} draft={draft} provider={provider} />}
      <ParameterFields {...props} which="needed" />
      {provider.discovery && !stored && <Content component="small">{words.metadataNew}</Content>}
      {provider.discovery && stored?.issuer && <IssuerMetadata system={stored} isDirty={props.isDirty} reload={props.reload} />}
      {provider.discovery && stored?.issuer && <Registration system={stored} isDirty={props.isDirty} reload={props.reload} />}
      <TenantFields {...props} />
      <ConsumerKeyField {...props} />
      {stored && stored.client_keys.length > 0 && <StoredKeys {...props} />}
      {draft.flow === 'client_credentials_certificate' && <AuthenticationField {...props} />}
      {draft.flow === 'jwt_bearer' && <KeyPart {...props} />}
      <CredentialsPart {...props} />
      {takesScopes(provider, draft.flow) && <ScopesField {...props} />}
      {takesScopes(provider, draft.flow) && <UsualScopes {...props} />}
      {hasMoreSettings(provider, draft) && (
        <Foldable {...props} section="more" title={words.moreSettings}><MoreSettings {...props} /></Foldable>
      )}
      <Foldable {...props} section="network" title={words.network}><NetworkPart {...props} /></Foldable>
    </>
  );
}

/** What proves who asks. Where a key signs for whom the token is, that is said with it, unless the provider wants a secret besides. */
function CredentialsPart(props: OAuthTabProps & { provider: ServiceProvider }) {
  if (props.draft.flow === 'client_credentials_certificate') return <CertificatesPart {...props} />;
  return props.draft.flow === 'jwt_bearer' && !signsAndProves(props.provider) ? null : <SecretsPart {...props} />;
}

function Foldable({ section, title, isOpen, setOpen, children }: OAuthTabProps & { section: Section; title: string; children: ReactNode }) {
  return (
    <ExpandableSection isIndented isExpanded={isOpen[section]} onToggle={(_, open) => setOpen(section, open)} toggleText={title}>
      {isOpen[section] && <FormSection>{children}</FormSection>}
    </ExpandableSection>
  );
}

function FlowField({ draft, change, provider, errorAt }: OAuthTabProps & { provider: ServiceProvider }) {
  const id = useId();
  const flows = flowsOf(provider);
  const only = flows.length === 1 ? flows[0] : undefined;
  if (only) {
    return <FormGroup label={words.flow} role="group" data-pointer="/grant">{words.onlyFlow(words.flows[only])} {words.flowHints[only]}</FormGroup>;
  }
  const error = errorAt('/grant');
  return (
    <FormGroup label={words.flow} role="radiogroup" isStack data-pointer="/grant">
      {flows.map((flow: Flow) => (
        <Radio key={flow} id={`${id}-${flow}`} name={id} label={words.flows[flow]} description={words.flowHints[flow]}
          isChecked={draft.flow === flow} onChange={() => change(withFlow(draft, provider, flow))} />
      ))}
      {error}
    </FormGroup>
  );
}

function ConsumerKeyField({ draft, change, errorAt, provider }: FormParts) {
  return (
    <Field pointer="/consumer_key" label={words.consumerKey} isRequired={!needsPerson(draft.flow) && draft.keyFile?.kind !== 'json'}
      hint={withPlace(draft.flow === 'jwt_bearer' ? words.consumerKeySignedHint : words.consumerKeyHint, 'client_id', provider)} error={errorAt('/consumer_key')}>
      {(control) => (
        <TextInput {...control} value={draft.consumerKey} autoComplete="off" spellCheck={false}
          onChange={(_, consumerKey) => change({ consumerKey })} />
      )}
    </Field>
  );
}

function StoredKeys({ stored }: FormParts) {
  return (
    <FormGroup label={words.storedKeys} role="group" isStack>
      {stored?.client_keys.map((key) => (
        <StoredCredential key={key.id} id={key.id} subject={`${key.key_type}, ${key.kid}`} createdAt={key.created_at} acceptedAt={key.accepted_at}
          expires={key.expires_on} />
      ))}
      <Content component="small">{words.storedKeysHint}</Content>
    </FormGroup>
  );
}

function AuthenticationField({ draft, change, errorAt, provider }: OAuthTabProps & { provider: ServiceProvider }) {
  const methods = methodsOf(provider, draft.flow);
  const byCertificate = draft.flow === 'client_credentials_certificate';
  const shown = methods.includes(draft.authentication) ? methods : [draft.authentication, ...methods];
  // A choice of one is none.
  if (shown.length < 2 || (shown.length === 2 && shown[0] === 'provider_default')) return null;
  return (
    <Field pointer="/client_authentication" label={words.authentication} error={errorAt('/client_authentication')}
      hint={byCertificate ? words.authenticationCertificateHint : words.authenticationHint}>
      {(control) => (
        <FormSelect {...control} value={draft.authentication}
          onChange={(_, value) => change({ authentication: value as ClientAuthentication })}>
          {shown.map((method) => <FormSelectOption key={method} value={method} label={words.authentications[method]} />)}
        </FormSelect>
      )}
    </Field>
  );
}

function ScopesField({ draft, change, errorAt, provider }: OAuthTabProps & { provider: ServiceProvider }) {
  const always = provider.sign_in?.scopes ?? [];
  const signsIn = needsPerson(draft.flow);
  const hint = !signsIn && provider.scopes.app_only_default_scope ? words.defaultScope
    : signsIn && always.length > 0 ? `${words.scopesHint} ${words.alwaysAsked(always.join(', '))}` : words.scopesHint;
  return (
    <LabelsField pointer="/scopes" label={words.scopes} isRequired={provider.scopes.required} hint={withPlace(hint, 'scopes', provider)} endsAtSpace
      error={errorAt('/scopes')} values={draft.scopes} onChange={(scopes) => change({ scopes })} />
  );
}

/** Whether anything would be in that part. */
function hasMoreSettings(provider: ServiceProvider, draft: FormParts['draft']): boolean {
  return (provider.takes_resources && draft.flow !== 'jwt_bearer') || provider.dpop !== 'unsupported' || provider.discovery || draft.flow !== 'oauth1' || methodsOf(provider, draft.flow).length > 2
    || parametersOf(provider, draft).some((one) => !one.required && one.default_value === '');
}

function KeepAliveField({ draft, change, errorAt }: OAuthTabProps) {
  return (
    <Field pointer="/keep_alive_days" label={words.keepAlive} hint={words.keepAliveHint} error={errorAt('/keep_alive_days')}>
      {(control) => (
        <TextInput {...control} type="number" min={0} max={365} value={draft.keepAliveDays}
          onChange={(_, keepAliveDays) => change({ keepAliveDays })} />
      )}
    </Field>
  );
}

function ProtectedResourceField({ draft, change, errorAt }: OAuthTabProps) {
  return (
    <Field pointer="/protected_resource" label={words.protectedResource} hint={words.protectedResourceHint} error={errorAt('/protected_resource')}>
      {(control) => (
        <TextInput {...control} value={draft.protectedResource} autoComplete="off" spellCheck={false}
          onChange={(_, protectedResource) => change({ protectedResource })} />
      )}
    </Field>
  );
}

function VerifyField({ draft, change, errorAt }: OAuthTabProps) {
  return (
    <Field pointer="/verify_every_hours" label={words.verifyEvery} hint={words.verifyEveryHint} error={errorAt('/verify_every_hours')}>
      {(control) => (
        <TextInput {...control} type="number" min={0} max={8760} value={draft.verifyEveryHours}
          onChange={(_, verifyEveryHours) => change({ verifyEveryHours })} />
      )}
    </Field>
  );
}

/** Who gives no other tokens leaves no choice. */
function DpopBox({ draft, change, errorAt, provider }: OAuthTabProps & { provider: ServiceProvider }) {
  const isRequired = provider.dpop === 'required';
  return (
    <Field pointer="/dpop" label={words.dpop} error={errorAt('/dpop')}>
      {({ id }) => (
        <Checkbox id={id} label={isRequired ? words.dpopRequired : words.dpopBind} description={words.dpopHint}
          isChecked={isRequired || draft.dpop} isDisabled={isRequired} onChange={(_, dpop) => change({ dpop })} />
      )}
    </Field>
  );
}

function SignatureField({ draft, change, errorAt, provider }: OAuthTabProps & { provider: ServiceProvider }) {
  return (
    <Field pointer="/signature_method" label={words.signatureMethod} hint={words.signatureMethodHint} error={errorAt('/signature_method')}>
      {(control) => (
        <FormSelect {...control} value={draft.signatureMethod} onChange={(_, signatureMethod) => change({ signatureMethod })}>
          <FormSelectOption value="" label={words.signatureUsual(provider.signature_methods[0] ?? '')} />
          {provider.signature_methods.map((method) => <FormSelectOption key={method} value={method} label={method} />)}
        </FormSelect>
      )}
    </Field>
  );
}

function MoreSettings(props: OAuthTabProps & { provider: ServiceProvider }) {
  const { draft, change, errorAt, provider } = props;
  return (
    <>
      {draft.flow === 'oauth1' && <SignatureField {...props} />}
      {hasCallback(draft.flow) && <CallbackChoice {...props} />}
      {needsPerson(draft.flow) && draft.flow !== 'oauth1' && <KeepAliveField {...props} />}
      {draft.flow !== 'oauth1' && <VerifyField {...props} />}
      <ParameterFields {...props} which="optional" />
      {draft.flow !== 'client_credentials_certificate' && <AuthenticationField {...props} />}
      {(provider.discovery || draft.protectedResource !== '') && <ProtectedResourceField {...props} />}
      {provider.takes_resources && draft.flow !== 'jwt_bearer' && draft.protectedResource === '' && (
        <LabelsField pointer="/resources" label={words.resources} hint={words.resourcesHint} endsAtSpace error={errorAt('/resources')}
          values={draft.resources} onChange={(resources) => change({ resources })} />
      )}
      {(provider.dpop === 'required' || mayBindTokens(provider)) && <DpopBox {...props} />}
    </>
  );
}
