import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { usePermission } from '../../../api/session';
import { canary as words } from '../../../app/messages/canary';
import { Time } from '../../../components/Time';
import { fetchEvents, useActorNames } from '../../audit-log/events';
import type { OAuthClient } from './health';

const every_ms = 30_000;

/** Whether a canary was touched, by whom, and from where. */
export default function CanaryAlert({ client }: { client: OAuthClient }) {
  const mayRead = usePermission('read_audit', client.project);
  const touches = useQuery({
    queryKey: ['/api/v1/audit-events', 'canary', client.id], enabled: mayRead, refetchInterval: every_ms,
    queryFn: ({ signal }) => fetchEvents({ action: 'canary.touched', subject_id: client.id, project: client.project }, 1, undefined, signal),
  });
  const last = touches.data?.entries[0]?.event;
  const nameOf = useActorNames(last ? [last] : []);
  if (!touches.data) return <Alert isInline variant="info" component="h2" title={words.unknown} />;
  if (!last) return <Alert isInline variant="info" component="h2" title={words.title}>{words.body}</Alert>;
  return (
    <Alert isInline variant="danger" component="h2" title={words.touched(touches.data.total)}>
      <p>{words.touchedBody}</p>
      <p>{words.last}: <Time value={last.at} />. {words.by}: <bdi>{nameOf(last)}</bdi>. {words.from}: {last.peer}.</p>
      <p><Link href={`/administration/audit-log?action=canary.touched&subject_id=${client.id}`}>{words.events}</Link></p>
    </Alert>
  );
}
