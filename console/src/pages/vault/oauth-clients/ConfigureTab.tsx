import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Form } from '@patternfly/react-core/dist/esm/components/Form';
import { FormSelect, FormSelectOption } from '@patternfly/react-core/dist/esm/components/FormSelect';
import { Label, LabelGroup } from '@patternfly/react-core/dist/esm/components/Label';
import { List, ListItem } from '@patternfly/react-core/dist/esm/components/List';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { Link, useSearch } from 'wouter';
import { usePermission, usePermissions } from '../../../api/session';
import { text } from '../../../app/messages';
import { oauthClientWindow as words } from '../../../app/messages/oauthClientWindow';
import { changeSearch } from '../../../app/url';
import { Field } from '../../../components/Field';
import { fieldError, FormError } from '../../../components/FormError';
import { needsPerson } from '../grants';
import { BasicEngineBox } from './BasicEngineBox';
import { BasicEngineReview } from './BasicEngineReview';
import { CanaryBox } from './CanaryBox';
import { existingOf, labels, useLabelOwner, useSubjects, type Choices, type ClientFields } from './clientFields';
import { clientsBase, systemsBase, windowOf, type OAuthClient, type TargetSystem } from './clientTypes';
import { keepTyped } from './typedFields';


export interface ConfigureTabProps {
  fields: ClientFields;
  change: (part: Partial<ClientFields>) => void;
  choices: Choices;
  /** Left out: a new one. */
  client?: OAuthClient;
  error: unknown;
  /** What has to be said at the fields before *Next*, by pointer. */
  missing: Record<string, string>;
  isReadOnly: boolean;
}

/** The first tab: which client this is. */
export function ConfigureTab(props: ConfigureTabProps) {
  const { fields, change, choices, client, error, isReadOnly } = props;
  const said = (pointer: string) => fieldError(error, pointer, labels) ?? props.missing[pointer];
  const { system } = choices;
  return (
    <Form isWidthLimited onSubmit={(event) => event.preventDefault()}>
      <FormError error={error} labels={labels} />
      <ProjectField {...props} error={said('/project')} />
      <TargetSystemField {...props} error={said('/target_system')} />
      <LabelField {...props} error={said('/label')} existing={existingOf(error)} />
      {choices.hasTenant && <TenantField {...props} error={said('/tenant')} />}
      {choices.hasSubject && <SubjectField {...props} error={said('/subject')} />}
      {choices.exchanges && <SubjectClientField {...props} error={said('/subject_client')} />}
      {needsPerson(system?.grant) && (
        <Field pointer="/expected_account" label={words.expectedAccount} error={said('/expected_account')} hint={words.expectedHint}>
          {(control) => (
            <TextInput {...control} value={fields.expectedAccount} autoComplete="off" isDisabled={isReadOnly}
              onChange={(_, expectedAccount) => change({ expectedAccount })} />
          )}
        </Field>
      )}
      {system && <Scopes choices={choices} />}
      <Field pointer="/owner/name" label={words.owner} error={said('/owner/name')} hint={words.ownerHint}>
        {(control) => (
          <TextInput {...control} value={fields.ownerName} autoComplete="off" isDisabled={isReadOnly}
            onChange={(_, ownerName) => change({ ownerName })} />
        )}
      </Field>
      <Field pointer="/owner/email" label={words.ownerEmail} error={said('/owner/email')}>
        {(control) => (
          <TextInput {...control} type="email" value={fields.ownerEmail} autoComplete="off" isDisabled={isReadOnly}
            onChange={(_, ownerEmail) => change({ ownerEmail })} />
        )}
      </Field>
      {client && <BasicEngineReview client={client} />}
      <BasicEngineBox system={system} client={props.client} isChecked={fields.basicEngine} isReadOnly={isReadOnly}
        onChange={(basicEngine) => change({ basicEngine })} />
      <CanaryBox isChecked={fields.canary} isReadOnly={isReadOnly} onChange={(canary) => change({ canary })} />
    </Form>
  );
}

type FieldProps = Omit<ConfigureTabProps, 'error'> & { error: string | undefined };

function ProjectField({ fields, change, choices, client, isReadOnly, error }: FieldProps) {
  const may = usePermissions();
  const isGone = choices.projects.length > 0 && fields.project !== '' && !choices.projects.some((one) => one.id === fields.project);
  const offered = choices.projects.filter((one) => one.id === fields.project || may('configure', one.id));
  return (
    <Field pointer="/project" label={words.project} isRequired error={error ?? (isGone ? words.projectGone : undefined)}
      hint={<a href="/repository/projects" target="_blank" rel="noopener">{words.manageProjects}</a>}>
      {({ isRequired, ...control }) => (
        <FormSelect {...control} isRequired={isRequired} value={fields.project} isDisabled={isReadOnly}
          onChange={(_, project) => change(inProject(project, choices))}>
          <FormSelectOption value="" label={words.chooseProject} isPlaceholder isDisabled={fields.project !== ''} />
          {isGone && <FormSelectOption value={fields.project} label={client?.project_name ?? text.masthead.unknownProject} isDisabled />}
          {offered.map((one) => <FormSelectOption key={one.id} value={one.id} label={one.name} />)}
        </FormSelect>
      )}
    </Field>
  );
}

/** A target system of all projects stays; that Basic Engine Robots are allowed has to be said anew. */
function inProject(project: string, choices: Choices): Partial<ClientFields> {
  const isOfAll = choices.system !== undefined && choices.system.project === null;
  return { project, basicEngine: false, subjectClient: '', ...(isOfAll ? {} : { targetSystem: '' }) };
}

function TargetSystemField({ fields, change, choices, client, isReadOnly, error }: FieldProps) {
  const hasNone = choices.areSystemsKnown && choices.systems.length === 0;
  const isGone = choices.areSystemsKnown && fields.targetSystem !== '' && !choices.system;
  return (
    <>
      <Field pointer="/target_system" label={words.targetSystem} isRequired error={error ?? (isGone ? words.systemGone : undefined)}
        hint={choices.areThereMore ? words.moreSystems : words.systemHint}>
        {({ isRequired, ...control }) => (
          <FormSelect {...control} isRequired={isRequired} value={fields.targetSystem} isDisabled={isReadOnly || fields.project === ''}
            onChange={(_, targetSystem) => change({ targetSystem })}>
            <FormSelectOption value="" label={words.chooseSystem} isPlaceholder isDisabled={fields.targetSystem !== ''} />
            {isGone && <FormSelectOption value={fields.targetSystem} label={client?.target_system_name ?? words.systemGone} isDisabled />}
            {choices.systems.map((one) => <FormSelectOption key={one.id} value={one.id} label={writtenOut(one, choices)} />)}
          </FormSelect>
        )}
      </Field>
      {hasNone && <NoSystem fields={fields} client={client} />}
    </>
  );
}

/** A target system with its provider and its flow. */
function writtenOut(system: TargetSystem, choices: Choices): string {
  const provider = choices.providers.get(system.service_provider)?.name ?? system.service_provider;
  return words.systemChoice(system.name, provider, words.grant[system.grant]);
}

/** Nothing to choose: the way to add one and back, or whom to ask. */
function NoSystem({ fields, client }: { fields: ClientFields; client?: OAuthClient }) {
  const search = useSearch();
  const mayConfigure = usePermission('configure', fields.project || undefined);
  const back = `${windowOf(client?.id ?? 'new')}?${changeSearch(search, { resume: '1', tab: undefined })}`;
  return (
    <Alert isInline variant="info" title={words.noSystem}>
      {mayConfigure ? (
        <Link href={`${systemsBase}/new?project=${fields.project}&return_to=${encodeURIComponent(back)}`} onClick={() => keepTyped(fields)}>
          {words.addSystem}
        </Link>
      ) : words.askForSystem}
    </Alert>
  );
}

function LabelField({ fields, change, client, isReadOnly, error, existing }: FieldProps & { existing?: string }) {
  const other = useLabelOwner(fields, client) ?? existing;
  return (
    <>
      <Field pointer="/label" label={words.label} isRequired error={error ?? (other ? words.labelTaken : undefined)} hint={words.labelHint}>
        {(control) => (
          <TextInput {...control} value={fields.label} autoComplete="off" isDisabled={isReadOnly} dir="auto"
            onChange={(_, label) => change({ label })} />
        )}
      </Field>
      {other && <a href={`${clientsBase}/${other}/edit`} target="_blank" rel="noopener">{words.openExisting}</a>}
    </>
  );
}

function TenantField({ fields, change, choices, isReadOnly, error }: FieldProps) {
  const { system } = choices;
  const isSingle = system?.supported_accounts === 'this_directory_only' || system?.grant === 'client_credentials';
  return (
    <Field pointer="/tenant" label={words.tenant} isRequired={choices.needsTenant} error={error}
      hint={system?.default_tenant ? words.tenantDefault(system.default_tenant) : isSingle ? words.tenantSingle : words.tenantMulti}
      help={
        <List>
          <ListItem>{words.tenantHelpSingle}</ListItem>
          <ListItem>{words.tenantHelpWhere}</ListItem>
          <ListItem>{words.tenantHelpMulti}</ListItem>
          <ListItem>{words.tenantHelpEmpty}</ListItem>
        </List>
      }>
      {(control) => (
        <TextInput {...control} value={fields.tenant} autoComplete="off" spellCheck={false} isDisabled={isReadOnly}
          onChange={(_, tenant) => change({ tenant })} />
      )}
    </Field>
  );
}

/** For whom its tokens are; where the provider lets it be left out, for the application itself. */
function SubjectField({ fields, change, choices, isReadOnly, error }: FieldProps) {
  return (
    <Field pointer="/subject" label={words.subject} isRequired={choices.needsSubject} error={error}
      hint={choices.needsSubject ? words.subjectHint : `${words.subjectHint} ${words.subjectOptional}`}>
      {(control) => (
        <TextInput {...control} value={fields.subject} autoComplete="off" spellCheck={false} isDisabled={isReadOnly}
          onChange={(_, subject) => change({ subject })} />
      )}
    </Field>
  );
}

/** The client whose token is exchanged, among those of the project; one that is gone is shown as what it was. */
function SubjectClientField({ fields, change, client, isReadOnly, error }: FieldProps) {
  const { subjects, areKnown } = useSubjects(fields.project, client);
  const isGone = areKnown && fields.subjectClient !== '' && !subjects.some((one) => one.id === fields.subjectClient);
  return (
    <Field pointer="/subject_client" label={words.subjectClient} isRequired error={error}
      hint={areKnown && subjects.length === 0 ? words.noSubjectClient : words.subjectClientHint}>
      {({ isRequired, ...control }) => (
        <FormSelect {...control} isRequired={isRequired} value={fields.subjectClient} isDisabled={isReadOnly}
          onChange={(_, subjectClient) => change({ subjectClient })}>
          <FormSelectOption value="" label={words.chooseSubjectClient} isPlaceholder isDisabled={fields.subjectClient !== ''} />
          {isGone && <FormSelectOption value={fields.subjectClient} label={client?.subject_client_label ?? ''} isDisabled />}
          {subjects.map((one) => (
            <FormSelectOption key={one.id} value={one.id} label={words.subjectClientChoice(one.label, one.target_system_name)} />
          ))}
        </FormSelect>
      )}
    </Field>
  );
}

/** What is asked for in the end: the target system's scopes, and those that signing in always needs. */
function Scopes({ choices }: { choices: Choices }) {
  const { system, provider } = choices;
  const own = system && system.scopes.length > 0 ? system.scopes : provider?.scopes.defaults ?? [];
  const always = needsPerson(system?.grant) ? provider?.sign_in?.scopes ?? [] : [];
  const scopes = [...new Set([...own, ...always])];
  return (
    <Field pointer="/scopes" label={words.scopes} hint={scopes.length > 0 ? words.scopesHint : words.noScopes}>
      {(control) => (
        <div id={control.id} data-pointer={control['data-pointer']}>
          {scopes.length === 0 ? text.common.emptyValue : (
            <LabelGroup aria-label={words.scopes} numLabels={10}>
              {scopes.map((scope) => <Label key={scope} variant="outline"><bdi>{scope}</bdi></Label>)}
            </LabelGroup>
          )}
        </div>
      )}
    </Field>
  );
}
