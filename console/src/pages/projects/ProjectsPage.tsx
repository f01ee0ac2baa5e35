import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { lazy, Suspense, useState } from 'react';
import { Link, useLocation, useRoute, useSearch } from 'wouter';
import type { components } from '../../api/schema';
import { usePermission } from '../../api/session';
import { text } from '../../app/messages';
import { changeSearch } from '../../app/url';
import type { Deletable } from '../../components/ConfirmDelete';
import { ListPage } from '../../components/ListPage';
import { ResourceTable, type BulkAction, type Column, type RowAction } from '../../components/ResourceTable';
import { Time } from '../../components/Time';

export type Project = components['schemas']['Project'];

const ProjectWindow = lazy(() => import('./ProjectWindow'));
const ConfirmDelete = lazy(() => import('../../components/ConfirmDelete'));

const base = '/repository/projects';
const path = '/api/v1/projects';
const words = text.projects;

function deletable(project: Project): Deletable {
  return { path: `${path}/${project.id}`, name: project.name };
}

/** Repository > Projects. */
export default function ProjectsPage() {
  const [, navigate] = useLocation();
  const search = useSearch();
  const [isWindow, parameters] = useRoute<{ id: string }>(`${base}/:id`);
  const [going, setGoing] = useState<Deletable[]>();
  const mayChange = usePermission('configure');
  // The list stays as it is under a window: filter, page and order go along.
  const open = (id: string) => {
    const rest = changeSearch(search, { tab: undefined });
    navigate(`${base}${id && `/${id}`}${rest && `?${rest}`}`);
  };
  const add = mayChange ? { label: words.add, onClick: () => open('new') } : undefined;

  const columns: Column<Project>[] = [
    { id: 'name', header: text.common.name, sort: true, isFixed: true, csv: (row) => row.name,
      cell: (row) => <Button variant="link" isInline onClick={() => open(row.id)}>{row.name}</Button> },
    { id: 'description', header: text.common.description, cell: (row) => row.description, csv: (row) => row.description },
    { id: 'vault', header: text.vault.title,
      cell: (row) => <Link href={`/repository/vault/oauth-clients?project=${row.id}`}>{words.openVault}</Link> },
    { id: 'updated_at', header: text.common.changed, sort: true, isNoWrap: true, csv: (row) => row.updated_at,
      cell: (row) => <Time value={row.updated_at} /> },
    { id: 'created_at', header: text.common.created, sort: true, isNoWrap: true, isHiddenByDefault: true, csv: (row) => row.created_at,
      cell: (row) => <Time value={row.created_at} /> },
  ];
  const rowActions = (row: Project): RowAction[] => [
    { title: text.common.edit, onClick: () => open(row.id) },
    { title: text.common.delete, isDanger: true, onClick: () => setGoing([deletable(row)]) },
  ];
  const bulkActions: BulkAction<Project>[] = [
    { label: words.deleteMany, isDanger: true, run: async (selection) => setGoing((await selection.rows()).map(deletable)) },
  ];

  return (
    <ListPage title={words.title} lead={words.lead}>
      <ResourceTable<Project>
        id="projects" label={words.title} path={path} columns={columns} rowName={(row) => row.name} add={add}
        rowActions={mayChange ? rowActions : undefined} bulkActions={mayChange ? bulkActions : undefined}
        empty={<NoProject add={add} />}
      />
      <Suspense>
        {isWindow && <ProjectWindow key={parameters.id} id={parameters.id} onClose={() => open('')} />}
        {going && <ConfirmDelete items={going} onClose={() => setGoing(undefined)} />}
      </Suspense>
    </ListPage>
  );
}

function NoProject({ add }: { add?: { label: string; onClick: () => void } }) {
  return (
    <EmptyState titleText={words.empty} headingLevel="h2">
      <EmptyStateBody>{words.emptyBody}</EmptyStateBody>
      {add && (
        <EmptyStateFooter>
          <EmptyStateActions><Button onClick={add.onClick}>{add.label}</Button></EmptyStateActions>
        </EmptyStateFooter>
      )}
    </EmptyState>
  );
}
