// The last exchange with a provider as lines of text: what a request and its answer look like, without secrets.
import type { components } from '../../../api/schema';
import { retrieve as words } from '../../../app/messages/retrieve';

type Exchange = components['schemas']['Exchange'];
type Planned = components['schemas']['DryRun']['requests'][number];

const hidden = '•••';

/** The server redacts; values that it does not show are dots. */
export function transcriptLines({ at, duration_ms, request, answer, connection, failed_hop }: Exchange): string[] {
  const sent = [
    `${at}  ${duration_ms} ms`,
    `> ${request.method} ${request.url}`,
    request.proxy && `> proxy: ${request.proxy}`,
    `> client authentication: ${request.client_authentication}${request.credential ? ` (${request.credential.kind})` : ''}`,
    ...request.parameters.map(({ name, value }) => `> ${name}=${value ?? hidden}`),
    connection.connected_to && `* ${connection.connected_to} ${connection.tls_protocol} ${connection.certificate_subject}`,
  ];
  const received = answer ? [
    `< ${answer.status} ${answer.content_type} ${words.bytes(answer.body_bytes)}`,
    answer.oauth_error && `< error=${answer.oauth_error}`,
    answer.provider_codes.length > 0 && `< error codes: ${answer.provider_codes.join(', ')}`,
  ] : [`< ${words.noAnswer}`];
  return [...sent, ...received, failed_hop && `! ${failed_hop}`].filter((line) => typeof line === 'string' && line !== '') as string[];
}

/** What would be sent, as lines of text like those of what was. */
export function plannedLines(planned: Planned): string[] {
  const { policy } = planned;
  return [
    `> ${planned.method} ${planned.url}`,
    planned.proxy && `> proxy: ${planned.proxy}${planned.proxy_credentials ? ` (${hidden})` : ''}`,
    `> client authentication: ${planned.client_authentication}${planned.credential ? ` (${planned.credential.kind})` : ''}`,
    ...planned.headers.map(({ name, value }) => `> ${name}: ${value ?? hidden}`),
    ...planned.parameters.map(({ name, value }) => `> ${name}=${value ?? hidden}`),
    `* ${policy.own_ca ? words.ownCa : words.machineCa}`,
    `* ${words.addresses(policy.allowed_addresses)}`,
    `* ${words.atMost(policy.total_timeout_ms)}`,
  ].filter((line) => line !== '');
}
