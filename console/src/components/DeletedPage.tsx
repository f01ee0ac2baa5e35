import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { PageSection } from '@patternfly/react-core/dist/esm/components/Page';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { request, type ListPage } from '../api/client';
import { usePermissions } from '../api/session';
import { text } from '../app/messages';
import { goneAt, useRestore } from './deleted';
import { DetailPage, type DetailPageProps } from './DetailPage';
import { PageLoading } from './PageLoading';
import { StatusLabel } from './StatusLabel';
import { Time } from './Time';

const words = text.deleted;
const largestPage = 1000;

interface Deleted {
  id: string;
  project: string;
  deleted_at: string | null;
}

/** The one with this id among what was deleted; null: it is not there. */
async function findDeleted<Row extends Deleted>(path: string, id: string, signal: AbortSignal): Promise<Row | null> {
  for (let page = 1; ; page++) {
    const got = await request<ListPage<Row>>('GET', path, { query: { deleted: true, page, page_size: largestPage }, signal });
    const found = got.items.find((row) => row.id === id);
    if (found) return found;
    if (page * largestPage >= got.total) return null;
  }
}

export interface DeletedPageProps<Row extends Deleted> {
  list: DetailPageProps['list'];
  /** The list of the API, such as `/api/v1/robots`. */
  path: string;
  id: string;
  nameOf: (row: Row) => string;
  /** What else is known of it. */
  children: (row: Row) => ReactNode;
  /** Shown where it is gone for good, or never was. */
  gone: ReactNode;
}

/** The page of something that the API says is not there: it may have been deleted, and then it can be brought back from here. */
export function DeletedPage<Row extends Deleted>({ list, path, id, nameOf, children, gone }: DeletedPageProps<Row>) {
  const restore = useRestore();
  const may = usePermissions();
  const deleted = useQuery({ queryKey: [path, 'deleted', id], queryFn: ({ signal }) => findDeleted<Row>(path, id, signal) });
  if (deleted.isPending) return <PageLoading />;
  if (!deleted.data) return gone;
  const row = deleted.data;
  const bringBack = () => restore([{ path: `${path}/${id}`, name: nameOf(row) }]);
  return (
    <DetailPage list={list} title={nameOf(row)} status={<StatusLabel state="deleted" />}
      actions={may('configure', row.project) && <Button onClick={bringBack}>{words.restore}</Button>}>
      <PageSection>
        <Alert isInline variant="info" component="h2" title={words.title}>
          <p>{words.at}: <Time value={row.deleted_at} />. {words.goneAt}: <Time value={goneAt(row.deleted_at)} />.</p>
        </Alert>
      </PageSection>
      <PageSection isFilled>{children(row)}</PageSection>
    </DetailPage>
  );
}
