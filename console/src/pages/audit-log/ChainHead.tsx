import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { ExpandableSection } from '@patternfly/react-core/dist/esm/components/ExpandableSection';
import { useQuery } from '@tanstack/react-query';
import { request } from '../../api/client';
import { auditLog as words } from '../../app/messages/auditLog';
import { CopyField } from '../../components/CopyField';
import type { AuditPage } from './events';

/** The newest link's hash, which stands for the whole trail, whatever the filters say. */
export function ChainHead() {
  const newest = useQuery({
    queryKey: ['/api/v1/audit-events', 'head'],
    queryFn: ({ signal }) => request<AuditPage>('GET', '/api/v1/audit-events', { query: { page_size: 1 }, signal }),
  });
  const head = newest.data?.items[0];
  return (
    <ExpandableSection toggleText={words.head}>
      <Content component="p">{head ? words.headBody(head.sequence) : words.headAbsent}</Content>
      {head && <CopyField value={head.hash} label={words.head} />}
    </ExpandableSection>
  );
}
