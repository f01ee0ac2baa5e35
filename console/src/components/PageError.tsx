import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core/dist/esm/components/EmptyState';
import LockIcon from '@patternfly/react-icons/dist/esm/icons/lock-icon';
import { Component, type ReactNode } from 'react';
import { isProblem } from '../api/problem';
import { text } from '../app/messages';
import { errorText } from './FormError';

/** In place of what the person may not see: nothing is wrong, and trying again does not help. */
export function NoPermission({ error, headingLevel }: { error: unknown; headingLevel: 'h1' | 'h2' }) {
  return (
    <EmptyState icon={LockIcon} titleText={text.common.noPermission} headingLevel={headingLevel}>
      <EmptyStateBody>{errorText(error)}</EmptyStateBody>
    </EmptyState>
  );
}

/** In place of a page that could not be shown. */
export function PageError({ title, error, retry }: { title: string; error: unknown; retry: () => void }) {
  if (isProblem(error, 'permission_denied')) return <NoPermission error={error} headingLevel="h1" />;
  return (
    <EmptyState status="danger" titleText={title} headingLevel="h1">
      <EmptyStateBody>{errorText(error)}</EmptyStateBody>
      <EmptyStateFooter>
        <EmptyStateActions><Button onClick={retry}>{text.common.retry}</Button></EmptyStateActions>
      </EmptyStateFooter>
    </EmptyState>
  );
}

/** Keeps a page's own fault from taking the navigation away. Give it the path as `key`, so that another page starts afresh. */
export class PageBoundary extends Component<{ children: ReactNode }, { error?: unknown }> {
  override state: { error?: unknown } = {};

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    // A new version of the server has other files: reading the page again finds them.
    return <PageError title={text.common.pageFailed} error={this.state.error} retry={() => window.location.reload()} />;
  }
}
