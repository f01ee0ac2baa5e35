import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { Link } from 'wouter';
import { text } from '../app/messages';

export interface GoneProps {
  title: string;
  /** Where the list is that it would stand in, and what leads there is called. */
  href: string;
  toList: string;
}

/** In place of the page of something that is not there, and cannot be brought back. */
export function Gone({ title, href, toList }: GoneProps) {
  return (
    <EmptyState titleText={title} headingLevel="h1">
      <EmptyStateBody>{text.deleted.tooLate}</EmptyStateBody>
      <EmptyStateFooter>
        <EmptyStateActions><Link href={href}>{toList}</Link></EmptyStateActions>
      </EmptyStateFooter>
    </EmptyState>
  );
}
