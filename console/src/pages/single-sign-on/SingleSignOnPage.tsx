import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { Gallery } from '@patternfly/react-core/dist/esm/layouts/Gallery';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useLocation, useRoute, useSearch } from 'wouter';
import { fetchAll } from '../../api/client';
import type { components } from '../../api/schema';
import { usePermission } from '../../api/session';
import { useShortcut } from '../../app/shortcuts';
import { text } from '../../app/messages';
import { singleSignOn as words } from '../../app/messages/singleSignOn';
import type { Deletable } from '../../components/ConfirmDelete';
import { ListPage } from '../../components/ListPage';
import { PageError } from '../../components/PageError';
import { PageLoading } from '../../components/PageLoading';
import { ProviderCard } from './ProviderCard';

export type SignOnProvider = components['schemas']['SignOnProvider'];

const ProviderWindow = lazy(() => import('./ProviderWindow'));
const ConfirmDelete = lazy(() => import('../../components/ConfirmDelete'));

const base = '/administration/single-sign-on';
const path = '/api/v1/single-sign-on';

/** Administration > Single sign-on: where people sign in to this console. */
export default function SingleSignOnPage() {
  const mayManage = usePermission('manage_users');
  return mayManage ? <Providers /> : (
    <ListPage title={words.title} lead={words.lead}>
      <EmptyState titleText={words.forbidden} headingLevel="h2">
        <EmptyStateBody>{words.forbiddenBody}</EmptyStateBody>
      </EmptyState>
    </ListPage>
  );
}

function Providers() {
  const [, navigate] = useLocation();
  const search = useSearch();
  const [isWindow, parameters] = useRoute<{ id: string }>(`${base}/:id`);
  const [going, setGoing] = useState<Deletable[]>();
  const providers = useQuery({
    queryKey: [path], queryFn: ({ signal }) => fetchAll<SignOnProvider>(path, {}, undefined, signal),
  });
  const open = (id: string) => navigate(`${base}${id && `/${id}`}${search && `?${search}`}`);
  useShortcut('r', () => void providers.refetch());
  if (providers.isError) return <PageError title={text.common.pageFailed} error={providers.error} retry={() => void providers.refetch()} />;
  if (!providers.data) return <PageLoading />;
  return (
    <ListPage title={words.title} lead={words.lead}>
      {providers.data.length === 0 ? (
        <EmptyState titleText={words.empty} headingLevel="h2">
          <EmptyStateBody>{words.emptyBody}</EmptyStateBody>
          <EmptyStateFooter>
            <EmptyStateActions><Button onClick={() => open('new')}>{words.add}</Button></EmptyStateActions>
          </EmptyStateFooter>
        </EmptyState>
      ) : (
        <Stack hasGutter>
          <StackItem><Button onClick={() => open('new')}>{words.add}</Button></StackItem>
          <StackItem>
            <Gallery hasGutter minWidths={{ default: '300px' }}>
              {providers.data.map((provider) => (
                <ProviderCard key={provider.id} provider={provider} onEdit={() => open(provider.id)}
                  onDelete={() => setGoing([{ path: `${path}/${provider.id}`, name: provider.label }])} />
              ))}
            </Gallery>
          </StackItem>
        </Stack>
      )}
      <Suspense>
        {isWindow && <ProviderWindow id={parameters.id} onClose={() => open('')} />}
        {going && (
          <ConfirmDelete items={going} canUndo={false} onClose={() => setGoing(undefined)} onDeleted={() => void providers.refetch()} />
        )}
      </Suspense>
    </ListPage>
  );
}
