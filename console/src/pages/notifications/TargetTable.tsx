import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import { MenuToggle } from '@patternfly/react-core/dist/esm/components/MenuToggle';
import BanIcon from '@patternfly/react-icons/dist/esm/icons/ban-icon';
import EllipsisVIcon from '@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon';
import { ActionsColumn } from '@patternfly/react-table/dist/esm/components/Table/ActionsColumn';
import { Table } from '@patternfly/react-table/dist/esm/components/Table/Table';
import { Tbody } from '@patternfly/react-table/dist/esm/components/Table/Tbody';
import { Td } from '@patternfly/react-table/dist/esm/components/Table/Td';
import { Th } from '@patternfly/react-table/dist/esm/components/Table/Th';
import { Thead } from '@patternfly/react-table/dist/esm/components/Table/Thead';
import { Tr } from '@patternfly/react-table/dist/esm/components/Table/Tr';
import type { NotificationTarget } from '../../api/notifications';
import { number, text } from '../../app/messages';
import { notifications as words } from '../../app/messages/notifications';
import { Breakable } from '../../components/Breakable';
import type { RowAction } from '../../components/ResourceTable';
import { Time } from '../../components/Time';
import { eventsText, projectsText, targetState } from './targets';

export interface TargetTableProps {
  targets: NotificationTarget[];
  /** Of projects, by id; undefined: not known yet. */
  projects: ReadonlyMap<string, string> | undefined;
  edit: (target: NotificationTarget) => void;
  /** Lists what one did not take and is tried no more. */
  showDead: (target: NotificationTarget) => void;
  actions: (target: NotificationTarget) => RowAction[];
}

export function TargetTable({ targets, projects, edit, showDead, actions }: TargetTableProps) {
  return (
    <Table aria-label={words.targets} variant="compact" gridBreakPoint="grid-lg">
      <Thead>
        <Tr>
          <Th>{words.name}</Th>
          <Th width={20}>{words.url}</Th>
          <Th>{words.events}</Th>
          <Th>{words.projects}</Th>
          <Th>{words.state}</Th>
          <Th>{words.delivered}</Th>
          <Th>{words.waiting}</Th>
          <Th>{words.dead}</Th>
          <Th screenReaderText={text.table.actions} />
        </Tr>
      </Thead>
      <Tbody>
        {targets.map((target) => (
          <Tr key={target.id}>
            <Td dataLabel={words.name} modifier="breakWord">
              <Button variant="link" isInline onClick={() => edit(target)}><bdi>{target.name}</bdi></Button>
            </Td>
            <Td dataLabel={words.url} modifier="breakWord"><Breakable value={target.url} /></Td>
            <Td dataLabel={words.events}>{eventsText(target.events)}</Td>
            <Td dataLabel={words.projects} modifier="breakWord">{projectsText(target.projects, projects)}</Td>
            <Td dataLabel={words.state}><State target={target} /></Td>
            <Td dataLabel={words.delivered}><Time value={target.delivered_at} absent={words.deliveredNever} /></Td>
            <Td dataLabel={words.waiting}>{number(target.waiting)}</Td>
            <Td dataLabel={words.dead}><DeadLetters target={target} show={showDead} /></Td>
            <Td isActionCell><Actions target={target} items={actions(target)} /></Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

function State({ target }: { target: NotificationTarget }) {
  const state = targetState(target);
  if (state === 'off') return <Label variant="outline" icon={<BanIcon />}>{words.off}</Label>;
  if (state === 'takes') return <Label variant="outline" status="success">{words.takes}</Label>;
  // The time stands behind it: a label does not wrap.
  return <><Label variant="outline" status="danger">{words.failingSince}</Label> <Time value={target.failing_since} /></>;
}

function DeadLetters({ target, show }: { target: NotificationTarget; show: TargetTableProps['showDead'] }) {
  if (target.dead_letters === 0) return <>{number(0)}</>;
  return (
    <Button variant="link" isInline aria-label={words.showDead(target.dead_letters, target.name)} onClick={() => show(target)}>
      {number(target.dead_letters)}
    </Button>
  );
}

function Actions({ target, items }: { target: NotificationTarget; items: RowAction[] }) {
  return (
    <ActionsColumn
      items={items.map(({ title, onClick, isDanger }) => ({ title, onClick: () => onClick(), isDanger }))} popperProps={{ position: 'right' }}
      actionsToggle={({ onToggle, isOpen, toggleRef }) => (
        <MenuToggle ref={toggleRef} variant="plain" isExpanded={isOpen} onClick={onToggle} icon={<EllipsisVIcon />}
          aria-label={text.table.actionsFor(target.name)} />
      )}
    />
  );
}
