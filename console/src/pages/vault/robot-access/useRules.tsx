// What can be done with rules of robot access wherever they are listed: at the tab, at a client and at a robot.
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { ToolbarItem } from '@patternfly/react-core/dist/esm/components/Toolbar';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import type { QueryValues } from '../../../api/client';
import { usePermission, usePermissions, type Place } from '../../../api/session';
import { access as accessWords } from '../../../app/messages/access';
import { ruleStates as words } from '../../../app/messages/ruleStates';
import { useSearchValue } from '../../../app/url';
import type { Deletable } from '../../../components/ConfirmDelete';
import { allowedOf } from '../../../components/allowedOf';
import type { BulkAction, RowAction } from '../../../components/ResourceTable';
import { StateSelect } from '../../../components/StateSelect';
import { showToast } from '../../../components/toastStore';
import { stateQuery, states } from './ruleStates';
import { revocable, robotAccessKind, type RobotAccess } from './rules';

const ConfirmDelete = lazy(() => import('../../../components/ConfirmDelete'));
const UpdateWindow = lazy(() => import('./UpdateWindow'));
const CleanUpWindow = lazy(() => import('./CleanUpWindow'));

export interface Rules {
  /** What the list is asked for: `query`, and the state that the address says. */
  query: QueryValues;
  /** The filter of states, and *Clean up*. */
  toolbar: ReactNode;
  rowActions?: (row: RobotAccess) => RowAction[];
  bulkActions?: BulkAction<RobotAccess>[];
  /** Whatever was opened. */
  windows: ReactNode;
}

/** `query`: which rules at all; `place`: the project that they are of, where that is known. */
export function useRules(query: QueryValues, place: Place): Rules {
  const state = useSearchValue('state');
  const filter = useSearchValue('filter');
  const may = usePermissions();
  const mayGrant = usePermission('grant_access', place);
  const [going, setGoing] = useState<Deletable[]>();
  const [updating, setUpdating] = useState<RobotAccess[]>();
  const [isCleaning, setCleaning] = useState(false);
  const asked = { ...query, ...stateQuery(state, Date.now()) };
  const isMine = (row: RobotAccess) => may('grant_access', row.project);

  const rowActions = (row: RobotAccess): RowAction[] => (isMine(row) ? [
    ...(row.valid ? [] : [{ title: words.update, onClick: () => setUpdating([row]) }]),
    { title: accessWords.revoke, isDanger: true, onClick: () => setGoing([revocable(row)]) },
  ] : []);
  const bulkActions: BulkAction<RobotAccess>[] = [
    { label: words.update, run: async (selection) => {
      const rows = await allowedOf(selection, isMine);
      const invalid = rows.filter((row) => !row.valid);
      if (invalid.length > 0) setUpdating(invalid);
      else if (rows.length > 0) showToast({ variant: 'info', title: words.noneInvalid });
    } },
    { label: accessWords.revokeMany, isDanger: true, run: async (selection) => {
      const rows = await allowedOf(selection, isMine);
      if (rows.length > 0) setGoing(rows.map(revocable));
    } },
  ];
  return {
    query: asked,
    toolbar: (
      <>
        <StateSelect chosen={states.some(([one]) => one === state) ? state : undefined} any={words.anyState} states={states} />
        {mayGrant && <ToolbarItem><Button variant="secondary" onClick={() => setCleaning(true)}>{words.cleanUp}</Button></ToolbarItem>}
      </>
    ),
    rowActions: mayGrant ? rowActions : undefined,
    bulkActions: mayGrant ? bulkActions : undefined,
    windows: (
      <Suspense>
        {going && <ConfirmDelete isAccess items={going} onClose={() => setGoing(undefined)} />}
        {updating && <UpdateWindow kind={robotAccessKind} rules={updating} onClose={() => setUpdating(undefined)} />}
        {isCleaning && <CleanUpWindow query={{ ...query, filter }} onClose={() => setCleaning(false)} />}
      </Suspense>
    ),
  };
}
