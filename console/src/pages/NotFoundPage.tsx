import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { Link } from 'wouter';
import { text } from '../app/messages';

export default function NotFoundPage() {
  return (
    <EmptyState titleText={text.common.notFound} headingLevel="h1">
      <EmptyStateBody>{text.common.notFoundBody}</EmptyStateBody>
      <EmptyStateFooter>
        <EmptyStateActions><Link href="/start">{text.common.toStart}</Link></EmptyStateActions>
      </EmptyStateFooter>
    </EmptyState>
  );
}
