import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { lazy, Suspense, useState } from 'react';
import { Link, useLocation, useRoute, useSearch } from 'wouter';
import type { components } from '../../api/schema';
import { usePermission, usePermissions } from '../../api/session';
import { text } from '../../app/messages';
import { projects as words } from '../../app/messages/projects';
import { changeSearch } from '../../app/url';
import type { Deletable } from '../../components/ConfirmDelete';
import { deletedColumns, DeletedFilter, isDeletedIn, useRestoreActions } from '../../components/deleted';
import { useKills } from '../../components/kills';
import { ListPage } from '../../components/ListPage';
import { ResourceTable, type BulkAction, type Column, type RowAction } from '../../components/ResourceTable';
import { StatusLabel } from '../../components/StatusLabel';
import { Time } from '../../components/Time';

export type Project = components['schemas']['Project'];

const ProjectWindow = lazy(() => import('./ProjectWindow'));
const KillWindow = lazy(() => import('../../components/KillWindow'));
const ConfirmDelete = lazy(() => import('../../components/ConfirmDelete'));

const base = '/repository/projects';
const path = '/api/v1/projects';

function deletable(project: Project): Deletable {
  return { path: `${path}/${project.id}`, name: project.name };
}

/** Repository > Projects. */
export default function ProjectsPage() {
  const [, navigate] = useLocation();
  const search = useSearch();
  const [isWindow, parameters] = useRoute<{ id: string }>(`${base}/:id`);
  const [going, setGoing] = useState<Deletable[]>();
  const [stopping, setStopping] = useState<Project>();
  const may = usePermissions();
  // Projects as a whole belong to none.
  const mayChange = usePermission('manage_projects', null);
  const stops = useKills();
  const isDeleted = isDeletedIn(search);
  const restoring = useRestoreActions(deletable);
  // The list stays as it is under a window: filter, page and order go along.
  const open = (id: string) => {
    const rest = changeSearch(search, { tab: undefined });
    navigate(`${base}${id && `/${id}`}${rest && `?${rest}`}`);
  };
  const add = mayChange ? { label: words.add, onClick: () => open('new') } : undefined;

  const columns: Column<Project>[] = [
    { id: 'name', header: text.common.name, sort: true, isFixed: true, csv: (row) => row.name,
      cell: (row) => (
        <><Button variant="link" isInline onClick={() => open(row.id)}>{row.name}</Button> {stops({ project: row.id }) && <StatusLabel state="stopped" />}</>
      ) },
    { id: 'description', header: text.common.description, cell: (row) => row.description, csv: (row) => row.description },
    { id: 'vault', header: text.vault.title,
      cell: (row) => <Link href={`/repository/vault/oauth-clients?project=${row.id}`}>{words.openVault}</Link> },
    { id: 'updated_at', header: text.common.changed, sort: true, isNoWrap: true, csv: (row) => row.updated_at,
      cell: (row) => <Time value={row.updated_at} /> },
    { id: 'created_at', header: text.common.created, sort: true, isNoWrap: true, isHiddenByDefault: true, csv: (row) => row.created_at,
      cell: (row) => <Time value={row.created_at} /> },
  ];
  const rowActions = (row: Project): RowAction[] => [
    ...(may('manage_projects', row.id) ? [{ title: text.common.edit, onClick: () => open(row.id) }] : []),
    ...(may('kill', row.id) && !stops({ project: row.id }) ? [{ title: text.common.stop, isDanger: true, onClick: () => setStopping(row) }] : []),
    ...(mayChange ? [{ title: text.common.delete, isDanger: true, onClick: () => setGoing([deletable(row)]) }] : []),
  ];
  const bulkActions: BulkAction<Project>[] = [
    { label: words.deleteMany, isDanger: true, run: async (selection) => setGoing((await selection.rows()).map(deletable)) },
  ];

  // Those that were deleted have no window: they can be brought back, with all that is in them, and nothing else.
  const shownAs = isDeleted
    ? { id: 'deleted-projects', columns: [nameOnly, ...columns.slice(1, 2), ...deletedColumns], rowActions: (row: Project) => (mayChange ? restoring.row(row) : []),
        bulk: restoring.bulk }
    : { id: 'projects', columns, rowActions, bulk: bulkActions };
  return (
    <ListPage title={words.title} lead={words.lead}>
      <ResourceTable<Project>
        id={shownAs.id} label={words.title} path={path} query={{ deleted: isDeleted || undefined }} filters={['state']}
        columns={shownAs.columns} toolbar={<DeletedFilter search={search} />} rowName={(row) => row.name} add={add}
        rowActions={shownAs.rowActions} bulkActions={mayChange ? shownAs.bulk : undefined}
        empty={<NoProject add={add} />}
      />
      <Suspense>
        {isWindow && <ProjectWindow key={parameters.id} id={parameters.id} onClose={() => open('')} />}
        {stopping && (
          <KillWindow scope="project" subject={stopping.id} name={stopping.name} place={stopping.id} onClose={() => setStopping(undefined)} />
        )}
        {going && <ConfirmDelete items={going} onClose={() => setGoing(undefined)} />}
      </Suspense>
    </ListPage>
  );
}

const nameOnly: Column<Project> = {
  id: 'name', header: text.common.name, sort: true, isFixed: true, csv: (row) => row.name, cell: (row) => row.name,
};

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
