import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { api } from '../../../api/client';
import { oauthClients as words } from '../../../app/messages/oauthClients';
import { systemsBase } from './clientTypes';

/** Something that can be done about it. */
interface Offer {
  label: string;
  onClick: () => void;
}

/** Nothing is there at all: says what comes first. */
export default function NoClient({ add, bringIn, project }: { add?: Offer; bringIn?: Offer; project?: string }) {
  const systems = useQuery({
    queryKey: ['/api/v1/target-systems', 'count', project],
    queryFn: ({ signal }) => api.get('/api/v1/target-systems', { query: { project, page_size: 1 }, signal }),
  });
  const needsSystem = systems.data?.total === 0;
  const where = project ? `?project=${encodeURIComponent(project)}` : '';
  return (
    <EmptyState titleText={words.empty} headingLevel="h2">
      <EmptyStateBody>{needsSystem ? words.emptyNoSystem : words.emptyBody}</EmptyStateBody>
      {add && (
        <EmptyStateFooter>
          <EmptyStateActions>
            {needsSystem
              ? <Link href={`${systemsBase}/new${where}`}>{words.addSystem}</Link>
              : <Button onClick={add.onClick}>{add.label}</Button>}
          </EmptyStateActions>
          {bringIn && !needsSystem && (
            <EmptyStateActions><Button variant="link" onClick={bringIn.onClick}>{bringIn.label}</Button></EmptyStateActions>
          )}
        </EmptyStateFooter>
      )}
    </EmptyState>
  );
}
