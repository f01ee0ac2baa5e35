// What a person enters for an OAuth client, what there is to choose from, and what follows from the choice.
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '../../../api/client';
import { ApiError } from '../../../api/problem';
import { text } from '../../../app/messages';
import { oauthClientWindow as words } from '../../../app/messages/oauthClientWindow';
import { needsPerson } from '../grants';
import { clientsPath, isUsable, type OAuthClient, type ServiceProvider, type TargetSystem } from './clientTypes';

/** The most that the server lists at once; nobody chooses among more. */
const mostListed = 1000;
const pause_ms = 300;

export interface ClientFields {
  project: string;
  targetSystem: string;
  label: string;
  tenant: string;
  subject: string;
  /** The id of the client whose token is exchanged; '': none. */
  subjectClient: string;
  expectedAccount: string;
  ownerName: string;
  ownerEmail: string;
  basicEngine: boolean;
  canary: boolean;
}

/** The fields by JSON pointer. */
export const labels: Record<string, string> = {
  '/project': words.project, '/target_system': words.targetSystem, '/label': words.label, '/tenant': words.tenant,
  '/subject': words.subject, '/subject_client': words.subjectClient,
  '/expected_account': words.expectedAccount, '/owner/name': words.owner, '/owner/email': words.ownerEmail,
};

export function fieldsOf(client?: OAuthClient): ClientFields {
  return {
    project: client?.project ?? '', targetSystem: client?.target_system ?? '', label: client?.label ?? '',
    tenant: client?.tenant ?? '', subject: client?.subject ?? '', subjectClient: client?.subject_client ?? '', expectedAccount: client?.expected_account ?? '', ownerName: client?.owner.name ?? '',
    ownerEmail: client?.owner.email ?? '', basicEngine: client?.allow_basic_engine_robots ?? false,
    canary: client?.is_canary ?? false,
  };
}

export function isSame(one: ClientFields, other: ClientFields): boolean {
  return (Object.keys(one) as (keyof ClientFields)[]).every((name) => one[name] === other[name]);
}

export interface Choices {
  projects: { id: string; name: string }[];
  /** Those that clients can be made for, and the one that is chosen, whatever became of it. */
  systems: TargetSystem[];
  areSystemsKnown: boolean;
  areThereMore: boolean;
  providers: Map<string, ServiceProvider>;
  system?: TargetSystem;
  provider?: ServiceProvider;
  hasTenant: boolean;
  /** Neither the client nor the target system has one, and nobody signs in from whom it could be learned. */
  needsTenant: boolean;
  /** Its tokens are asked for with an assertion that says for whom; and whether it must. */
  hasSubject: boolean;
  needsSubject: boolean;
  /** It exchanges the token of another client. */
  exchanges: boolean;
}

/** The projects that there are to choose from; none while they are being read. */
export function useProjects(): Choices['projects'] {
  const projects = useQuery({
    queryKey: ['/api/v1/projects', 'choices'], staleTime: 0,
    queryFn: ({ signal }) => api.get('/api/v1/projects', { query: { page_size: mostListed }, signal }),
  });
  return projects.data?.items ?? [];
}

export function useChoices(fields: ClientFields): Choices {
  const projects = useProjects();
  const systems = useQuery({
    queryKey: ['/api/v1/target-systems', 'choices', fields.project], enabled: fields.project !== '', staleTime: 0,
    queryFn: ({ signal }) => api.get('/api/v1/target-systems', { query: { project: fields.project, page_size: mostListed }, signal }),
  });
  const providers = useQuery({
    queryKey: ['/api/v1/service-providers', 'choices'], staleTime: Infinity,
    queryFn: ({ signal }) => api.get('/api/v1/service-providers', { query: { page_size: mostListed }, signal }),
  });
  const listed = systems.data?.items ?? [];
  const byId = new Map(providers.data?.items.map((one) => [one.id, one]));
  const system = listed.find((one) => one.id === fields.targetSystem);
  const provider = system && byId.get(system.service_provider);
  const hasTenant = Boolean(provider?.tenant);
  const hasSubject = system?.grant === 'jwt_bearer';
  return {
    projects, systems: listed.filter((one) => isUsable(one) || one.id === fields.targetSystem),
    areSystemsKnown: systems.isSuccess, areThereMore: (systems.data?.total ?? 0) > listed.length,
    providers: byId, system, provider, hasTenant,
    needsTenant: hasTenant && system !== undefined && system.default_tenant === ''
      && (system.supported_accounts === 'this_directory_only' || system.grant === 'client_credentials'),
    hasSubject, needsSubject: hasSubject && (provider?.jwt_bearer?.needs_subject ?? false),
    exchanges: system?.grant === 'token_exchange',
  };
}

/** What is still to be entered before *Next*: what to say, by JSON pointer. */
export function missingFields(fields: ClientFields, choices: Choices): Record<string, string> {
  const missing: Record<string, string> = {};
  if (fields.project === '') missing['/project'] = text.common.required;
  if (fields.targetSystem === '') missing['/target_system'] = text.common.required;
  if (fields.label.trim() === '') missing['/label'] = text.common.required;
  if (choices.needsTenant && fields.tenant.trim() === '') {
    missing['/tenant'] = choices.system?.supported_accounts === 'this_directory_only' ? words.tenantNeeded : words.tenantNeededApp;
  }
  if (choices.exchanges && fields.subjectClient === '') missing['/subject_client'] = text.common.required;
  if (choices.needsSubject && fields.subject.trim() === '') missing['/subject'] = text.common.required;
  return missing;
}

/** Whether it could be kept as a draft, which may lack its tenant. */
export function canBeKept(fields: ClientFields): boolean {
  return fields.project !== '' && fields.targetSystem !== '' && fields.label.trim() !== '';
}

export function inputOf(fields: ClientFields, choices: Choices) {
  return {
    target_system: fields.targetSystem, label: fields.label, tenant: choices.hasTenant ? fields.tenant.trim() : '',
    subject: choices.hasSubject ? fields.subject.trim() : '',
    subject_client: choices.exchanges && fields.subjectClient !== '' ? fields.subjectClient : null,
    allow_basic_engine_robots: fields.basicEngine, is_canary: fields.canary,
    expected_account: needsPerson(choices.system?.grant) ? fields.expectedAccount : '',
    owner: { name: fields.ownerName, email: fields.ownerEmail },
  };
}

/** The clients of the project whose token may be exchanged: finished ones that do not live on exchanges themselves. */
export function useSubjects(project: string, own?: OAuthClient): { subjects: OAuthClient[]; areKnown: boolean } {
  const clients = useQuery({
    queryKey: [clientsPath, 'subjects', project], enabled: project !== '', staleTime: 0,
    queryFn: ({ signal }) => api.get('/api/v1/oauth-clients', { query: { project, page_size: mostListed }, signal }),
  });
  const listed = clients.data?.items ?? [];
  return {
    subjects: listed.filter((one) => one.id !== own?.id && one.state !== 'draft' && one.flow !== 'token_exchange'),
    areKnown: clients.isSuccess,
  };
}

/** The client that has the label already, asked a moment after the last key. */
export function useLabelOwner(fields: ClientFields, own?: OAuthClient): string | undefined {
  const [asked, setAsked] = useState('');
  useEffect(() => {
    const timer = window.setTimeout(() => setAsked(fields.label.trim()), pause_ms);
    return () => window.clearTimeout(timer);
  }, [fields.label]);
  const found = useQuery({
    queryKey: [clientsPath, 'label', fields.project, fields.targetSystem, asked], gcTime: 0,
    enabled: asked !== '' && asked.length <= 128 && fields.project !== '' && fields.targetSystem !== '',
    queryFn: ({ signal }) => api.get('/api/v1/oauth-clients', {
      query: { project: fields.project, target_system: fields.targetSystem, filter: wholeLabel(asked), page_size: 50 }, signal }),
  });
  return found.data?.items.find((one) => one.id !== own?.id && sameName(one.label, fields.label))?.id;
}

/** A filter that lets through what is as long and differs in the first character at most: with a wildcard it means the whole. */
export function wholeLabel(label: string): string {
  const [, ...rest] = label.replaceAll('*', '?');
  return `?${rest.join('')}`;
}

function sameName(one: string, other: string): boolean {
  return one.trim().normalize().toLowerCase() === other.trim().normalize().toLowerCase();
}

/** The client that the server found in the way of `error`. */
export function existingOf(error: unknown): string | undefined {
  return error instanceof ApiError && error.kind === 'duplicate' ? error.problem.existing_id : undefined;
}
