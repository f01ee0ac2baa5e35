import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { lazy, Suspense, useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import type { components } from '../../api/schema';
import { usePermission, usePermissions } from '../../api/session';
import { text } from '../../app/messages';
import { robots as words } from '../../app/messages/robots';
import { carry, useSearchValue } from '../../app/url';
import ConfirmDelete, { type Deletable } from '../../components/ConfirmDelete';
import { deletedColumns, DeletedFilter, isDeletedIn, useRestoreActions } from '../../components/deleted';
import { useKills } from '../../components/kills';
import { ListPage } from '../../components/ListPage';
import { allowedOf } from '../../components/allowedOf';
import { ResourceTable, type BulkAction, type Column, type RowAction } from '../../components/ResourceTable';
import { StatusLabel } from '../../components/StatusLabel';
import { Time } from '../../components/Time';
import { RobotWindow } from './RobotWindow';

export type Robot = components['schemas']['Robot'];

const KillWindow = lazy(() => import('../../components/KillWindow'));

const base = '/repository/robots';

export function deletable(robot: Robot): Deletable {
  return { path: `/api/v1/robots/${robot.id}`, name: robot.name };
}

export function kindName(kind: string): string {
  return kind in words.kinds ? words.kinds[kind as keyof typeof words.kinds] : kind;
}

export function RobotList({ isAdding = false }: { isAdding?: boolean }) {
  const [, navigate] = useLocation();
  const search = useSearch();
  const project = useSearchValue('project');
  const [going, setGoing] = useState<Deletable[]>();
  const [stopping, setStopping] = useState<Robot>();
  const may = usePermissions();
  const mayChange = usePermission('configure', project);
  const stops = useKills();
  const isDeleted = isDeletedIn(search);
  const restoring = useRestoreActions(deletable);
  const to = (address: string) => navigate(search ? `${address}?${search}` : address);
  const add = mayChange ? { label: words.add, onClick: () => to(`${base}/new`) } : undefined;

  const columns: Column<Robot>[] = [
    { id: 'name', header: text.common.name, sort: true, isFixed: true, csv: (row) => row.name,
      cell: (row) => (
        <>
          <Link href={carry(`${base}/${row.id}`, search)}>{row.name}</Link>{' '}
          {stops({ robot: row.id, project: row.project }) && <StatusLabel state="stopped" />}
        </>
      ) },
    { id: 'path', header: words.path, sort: true, csv: (row) => row.path, cell: (row) => row.path || text.common.emptyValue },
    { id: 'project', header: words.project, csv: (row) => row.project_name, cell: (row) => row.project_name },
    { id: 'kind', header: words.kind, sort: true, csv: (row) => kindName(row.kind), cell: (row) => kindName(row.kind) },
    { id: 'live_keys', header: words.keys, isNoWrap: true, csv: (row) => String(row.live_keys),
      cell: (row) => (row.live_keys === 0 ? words.noKeys : words.liveKeys(row.live_keys)) },
    { id: 'updated_at', header: text.common.changed, sort: true, isNoWrap: true, isHiddenByDefault: true, csv: (row) => row.updated_at,
      cell: (row) => <Time value={row.updated_at} /> },
    { id: 'created_at', header: text.common.created, sort: true, isNoWrap: true, isHiddenByDefault: true, csv: (row) => row.created_at,
      cell: (row) => <Time value={row.created_at} /> },
  ];
  const rowActions = (row: Robot): RowAction[] => [
    { title: words.open, onClick: () => navigate(carry(`${base}/${row.id}`, search)) },
    ...(may('configure', row.project) ? [{ title: text.common.edit, onClick: () => navigate(carry(`${base}/${row.id}/edit`, search)) }] : []),
    ...(may('kill', row.project) && stops({ robot: row.id, project: row.project })?.scope !== 'robot'
      ? [{ title: text.common.stop, isDanger: true, onClick: () => setStopping(row) }] : []),
    ...(may('configure', row.project) ? [{ title: text.common.delete, isDanger: true, onClick: () => setGoing([deletable(row)]) }] : []),
  ];
  const isMine = (row: Robot) => may('configure', row.project);
  const bulkActions: BulkAction<Robot>[] = [
    { label: words.deleteMany, isDanger: true, run: async (selection) => {
      const mine = await allowedOf(selection, isMine);
      if (mine.length > 0) setGoing(mine.map(deletable));
    } },
  ];
  // Of those that were deleted, the name and where they were; they can be looked at and brought back.
  const shownAs = isDeleted
    ? { id: 'deleted-robots', columns: [...columns.slice(0, 3), ...deletedColumns],
        rowActions: (row: Robot) => [...rowActions(row).slice(0, 1), ...(isMine(row) ? restoring.row(row) : [])], bulk: restoring.bulk }
    : { id: 'robots', columns, rowActions, bulk: bulkActions };
  return (
    <ListPage title={words.title} lead={words.lead}>
      <ResourceTable<Robot>
        id={shownAs.id} label={words.title} path="/api/v1/robots" query={{ project, deleted: isDeleted || undefined }} filters={['state']}
        columns={shownAs.columns} toolbar={<DeletedFilter search={search} />} rowName={(row) => row.name} add={add}
        rowActions={shownAs.rowActions} bulkActions={mayChange ? shownAs.bulk : undefined} empty={<NoRobot add={add} />}
      />
      {isAdding && <RobotWindow onClose={() => to(base)} onAdded={(id) => navigate(carry(`${base}/${id}`, search))} />}
      {stopping && (
        <Suspense>
          <KillWindow scope="robot" subject={stopping.id} name={stopping.name} place={stopping.project} onClose={() => setStopping(undefined)} />
        </Suspense>
      )}
      {going && <ConfirmDelete items={going} onClose={() => setGoing(undefined)} />}
    </ListPage>
  );
}

function NoRobot({ add }: { add?: { label: string; onClick: () => void } }) {
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
