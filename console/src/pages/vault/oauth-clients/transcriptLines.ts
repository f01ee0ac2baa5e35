// The last exchange with a provider as lines of text: what a request and its answer look like, without secrets.
import type { components } from '../../../api/schema';
import { retrieve as words } from '../../../app/messages/retrieve';

type LastExchange = components['schemas']['LastExchange'];

const hidden = '•••';

/** The server redacts; values that it does not show are dots. */
export function transcriptLines({ at, duration_ms, request, answer, connection, failed_hop }: LastExchange): string[] {
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
