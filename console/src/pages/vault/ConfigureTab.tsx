import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Checkbox } from '@patternfly/react-core/dist/esm/components/Checkbox';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Form } from '@patternfly/react-core/dist/esm/components/Form';
import { FormSelect, FormSelectOption } from '@patternfly/react-core/dist/esm/components/FormSelect';
import { Label, LabelGroup } from '@patternfly/react-core/dist/esm/components/Label';
import { List, ListItem } from '@patternfly/react-core/dist/esm/components/List';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link, useSearch } from 'wouter';
import { api } from '../../api/client';
import { usePermission } from '../../api/session';
import { text } from '../../app/messages';
import { Field } from '../../components/Field';
import { fieldError, FormError } from '../../components/FormError';
import { canBeDelivered, clientsBase, clientsPath, isUsable, type OAuthClient, type ServiceProvider, type TargetSystem } from './clientTypes';

const words = text.oauthClients;
const mostShown = 200;

/** What a person enters. */
export interface ClientFields {
  project: string;
  targetSystem: string;
  label: string;
  tenant: string;
  expectedAccount: string;
  ownerName: string;
  ownerEmail: string;
  basicEngine: boolean;
}

export const labels: Record<string, string> = {
  '/project': words.project, '/target_system': words.targetSystem, '/label': words.label, '/tenant': words.tenant,
  '/expected_account': words.expectedAccount, '/owner/name': words.ownerName, '/owner/email': words.ownerEmail,
};

export function fieldsOf(client?: OAuthClient, project = ''): ClientFields {
  return {
    project: client?.project ?? project, targetSystem: client?.target_system ?? '', label: client?.label ?? '',
    tenant: client?.tenant ?? '', expectedAccount: client?.expected_account ?? '', ownerName: client?.owner.name ?? '',
    ownerEmail: client?.owner.email ?? '', basicEngine: client?.allow_basic_engine_robots ?? false,
  };
}

export function isComplete(fields: ClientFields): boolean {
  return fields.project !== '' && fields.targetSystem !== '' && fields.label.trim() !== '';
}

/** What there is to choose from, and what follows from what was chosen. */
export interface Choices {
  projects: { id: string; name: string }[];
  systems: TargetSystem[];
  areSystemsKnown: boolean;
  system?: TargetSystem;
  provider?: ServiceProvider;
  /** Whether the target system's application takes a tenant, and needs one that is not there. */
  hasTenant: boolean;
  tenantMissing: boolean;
}

export function useChoices(fields: ClientFields): Choices {
  const projects = useQuery({
    queryKey: ['/api/v1/projects', 'all'],
    queryFn: ({ signal }) => api.get('/api/v1/projects', { query: { page_size: mostShown }, signal }),
  });
  const systems = useQuery({
    queryKey: ['/api/v1/target-systems', 'of', fields.project], enabled: fields.project !== '',
    queryFn: ({ signal }) => api.get('/api/v1/target-systems', { query: { project: fields.project, page_size: mostShown }, signal }),
  });
  const system = systems.data?.items.find((one) => one.id === fields.targetSystem);
  const provider = useQuery({
    queryKey: ['/api/v1/service-providers', system?.service_provider], enabled: system !== undefined, staleTime: Infinity,
    queryFn: ({ signal }) => api.get('/api/v1/service-providers/{id}', { path: { id: system?.service_provider ?? '' }, signal }),
  });
  const hasTenant = Boolean(provider.data?.tenant);
  const needsTenant = hasTenant && system !== undefined && system.default_tenant === ''
    && (system.supported_accounts === 'this_directory_only' || system.grant === 'client_credentials');
  return {
    projects: projects.data?.items ?? [], systems: (systems.data?.items ?? []).filter((one) => isUsable(one) || one.id === fields.targetSystem),
    areSystemsKnown: systems.isSuccess, system, provider: provider.data, hasTenant,
    tenantMissing: needsTenant && fields.tenant.trim() === '',
  };
}

export function inputOf(fields: ClientFields, choices: Choices) {
  return {
    label: fields.label, tenant: choices.hasTenant ? fields.tenant : '', allow_basic_engine_robots: fields.basicEngine,
    expected_account: choices.system?.grant === 'authorization_code' ? fields.expectedAccount : '',
    owner: { name: fields.ownerName, email: fields.ownerEmail },
  };
}

interface ConfigureTabProps {
  fields: ClientFields;
  change: (fields: ClientFields) => void;
  choices: Choices;
  client?: OAuthClient;
  error: unknown;
  isReadOnly: boolean;
}

/** The first tab: which client this is. */
export function ConfigureTab({ fields, change, choices, client, error, isReadOnly }: ConfigureTabProps) {
  const set = (part: Partial<ClientFields>) => change({ ...fields, ...part });
  const { system, provider } = choices;
  const single = system?.supported_accounts === 'this_directory_only';
  const label = useLabelCheck(fields, client);
  const failed = (pointer: string) => fieldError(error, pointer, labels);
  const breaks = client && client.state !== 'draft'
    && (fields.targetSystem !== client.target_system || fields.tenant !== client.tenant);
  return (
    <Form isWidthLimited onSubmit={(event) => event.preventDefault()}>
      <FormError error={error} labels={labels} />
      <Field pointer="/project" label={words.project} isRequired error={failed('/project')}
        hint={<Link href="/repository/projects">{text.masthead.manageProjects}</Link>}>
        {({ isRequired, ...control }) => (
          <FormSelect {...control} isRequired={isRequired} value={fields.project} isDisabled={isReadOnly || client !== undefined}
            onChange={(_, value) => set({ project: value, targetSystem: '' })}>
            <FormSelectOption value="" label={words.chooseProject} isPlaceholder />
            {choices.projects.map((one) => <FormSelectOption key={one.id} value={one.id} label={one.name} />)}
          </FormSelect>
        )}
      </Field>
      <Field pointer="/target_system" label={words.targetSystem} isRequired error={failed('/target_system')}
        hint={system && provider ? words.systemHint(provider.name, words.grant[system.grant]) : undefined}>
        {({ isRequired, ...control }) => (
          <FormSelect {...control} isRequired={isRequired} value={fields.targetSystem} isDisabled={isReadOnly || fields.project === ''}
            onChange={(_, value) => set({ targetSystem: value })}>
            <FormSelectOption value="" label={words.chooseSystem} isPlaceholder />
            {choices.systems.map((one) => (
              <FormSelectOption key={one.id} value={one.id} label={words.systemChoice(one.name, one.service_provider, words.grant[one.grant])} />
            ))}
          </FormSelect>
        )}
      </Field>
      {choices.areSystemsKnown && choices.systems.length === 0 && <NoSystem project={fields.project} />}
      <Field pointer="/label" label={words.label} isRequired error={failed('/label') ?? label.error} hint={words.labelHint}>
        {(control) => (
          <TextInput {...control} value={fields.label} autoComplete="off" isDisabled={isReadOnly} onChange={(_, value) => set({ label: value })} />
        )}
      </Field>
      {label.existing && <Link href={`${clientsBase}/${label.existing}`}>{words.openExisting}</Link>}
      {choices.hasTenant && (
        <Field pointer="/tenant" label={words.tenant} isRequired={choices.tenantMissing || single} error={failed('/tenant')}
          hint={system?.default_tenant ? words.tenantDefault(system.default_tenant)
            : single ? words.tenantSingle : system?.grant === 'client_credentials' ? words.tenantApp : words.tenantMulti}
          help={<TenantHelp />}>
          {(control) => (
            <TextInput {...control} value={fields.tenant} autoComplete="off" spellCheck={false} isDisabled={isReadOnly}
              onChange={(_, value) => set({ tenant: value })} />
          )}
        </Field>
      )}
      {system?.grant === 'authorization_code' && (
        <Field pointer="/expected_account" label={words.expectedAccount} error={failed('/expected_account')} hint={words.expectedHint}>
          {(control) => (
            <TextInput {...control} value={fields.expectedAccount} autoComplete="off" isDisabled={isReadOnly}
              onChange={(_, value) => set({ expectedAccount: value })} />
          )}
        </Field>
      )}
      {system && <Scopes system={system} provider={provider} />}
      <Field pointer="/owner/name" label={words.ownerName} error={failed('/owner/name')} hint={words.ownerHint}>
        {(control) => (
          <TextInput {...control} value={fields.ownerName} autoComplete="off" isDisabled={isReadOnly} onChange={(_, value) => set({ ownerName: value })} />
        )}
      </Field>
      <Field pointer="/owner/email" label={words.ownerEmail} error={failed('/owner/email')}>
        {(control) => (
          <TextInput {...control} type="email" value={fields.ownerEmail} autoComplete="off" isDisabled={isReadOnly}
            onChange={(_, value) => set({ ownerEmail: value })} />
        )}
      </Field>
      <BasicEngineBox system={system} isChecked={fields.basicEngine} isReadOnly={isReadOnly} onChange={(basicEngine) => set({ basicEngine })} />
      {breaks && (
        <Alert isInline variant="warning" title={words.breaksTitle}>
          <List><ListItem>{words.breaksTokens}</ListItem><ListItem>{words.breaksMove}</ListItem></List>
        </Alert>
      )}
    </Form>
  );
}

/** Whether the label is taken, asked a moment after the last key. */
function useLabelCheck(fields: ClientFields, client?: OAuthClient): { error?: string; existing?: string } {
  const [asked, setAsked] = useState('');
  useEffect(() => {
    const timer = window.setTimeout(() => setAsked(fields.label.trim()), 300);
    return () => window.clearTimeout(timer);
  }, [fields.label]);
  const found = useQuery({
    queryKey: [clientsPath, 'label', fields.project, fields.targetSystem, asked],
    enabled: asked !== '' && fields.project !== '' && fields.targetSystem !== '',
    queryFn: ({ signal }) => api.get('/api/v1/oauth-clients', {
      query: { project: fields.project, target_system: fields.targetSystem, filter: asked.replace(/[?*]/g, '?'), page_size: 50 }, signal }),
  });
  const same = found.data?.items.find((one) =>
    one.id !== client?.id && one.label.toLocaleLowerCase() === fields.label.trim().toLocaleLowerCase());
  return same ? { error: words.labelTaken, existing: same.id } : {};
}

function NoSystem({ project }: { project: string }) {
  const search = useSearch();
  const mayConfigure = usePermission('configure');
  const back = `${clientsBase}/new${search && `?${search}`}`;
  return (
    <Alert isInline variant="info" title={words.noSystem}>
      {mayConfigure
        ? <Link href={`/repository/vault/target-systems/new?project=${project}&return_to=${encodeURIComponent(back)}`}>{words.addSystem}</Link>
        : words.askForSystem}
    </Alert>
  );
}

function TenantHelp() {
  return (
    <List>
      <ListItem>{words.tenantHelpSingle}</ListItem>
      <ListItem>{words.tenantHelpWhere}</ListItem>
      <ListItem>{words.tenantHelpMulti}</ListItem>
      <ListItem>{words.tenantHelpEmpty}</ListItem>
    </List>
  );
}

function Scopes({ system, provider }: { system: TargetSystem; provider?: ServiceProvider }) {
  const own = system.scopes.length > 0 ? system.scopes : provider?.scopes.defaults ?? [];
  const always = system.grant === 'authorization_code' ? provider?.sign_in?.scopes ?? [] : [];
  const scopes = [...new Set([...own, ...always])];
  return (
    <Field pointer="/scopes" label={words.scopes} hint={words.scopesHint}>
      {(control) => (
        <div id={control.id} data-pointer={control['data-pointer']}>
          {scopes.length === 0 ? words.noScopes : (
            <LabelGroup aria-label={words.scopes} numLabels={10}>
              {scopes.map((scope) => <Label key={scope} variant="outline">{scope}</Label>)}
            </LabelGroup>
          )}
        </div>
      )}
    </Field>
  );
}

interface BasicEngineBoxProps {
  system?: TargetSystem;
  isChecked: boolean;
  isReadOnly: boolean;
  onChange: (isChecked: boolean) => void;
}

function BasicEngineBox({ system, isChecked, isReadOnly, onChange }: BasicEngineBoxProps) {
  const cannot = system !== undefined && !canBeDelivered(system);
  return (
    <div>
      <Checkbox id="basic-engine" label={words.basicEngineBox} isChecked={isChecked} isDisabled={isReadOnly || cannot}
        onChange={(_, checked) => onChange(checked)} description={cannot ? words.basicEngineCannot : words.basicEngineWhat} />
      <Content component="small">{words.basicEngineAdvice}</Content>
      <List>
        <ListItem>{words.basicEngineLessSecure}</ListItem>
        <ListItem>{words.basicEngineEach}</ListItem>
        <ListItem>{words.basicEngineLimited}</ListItem>
        <ListItem>{words.basicEngineNoEffect}</ListItem>
      </List>
    </div>
  );
}
