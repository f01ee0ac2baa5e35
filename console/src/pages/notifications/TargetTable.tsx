import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
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
import { text } from '../../app/messages';
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
          <Th width={25}>{words.name}</Th>
          <Th modifier="nowrap">{words.events}</Th>
          <Th modifier="nowrap">{words.projects}</Th>
          <Th modifier="nowrap">{words.state}</Th>
          <Th modifier="nowrap">{words.delivered}</Th>
          <Th modifier="nowrap">{words.untold}</Th>
          <Th screenReaderText={text.table.actions} />
        </Tr>
      </Thead>
      <Tbody>
        {targets.map((target) => (
          <Tr key={target.id}>
            <Td dataLabel={words.name} modifier="breakWord">
              <Button variant="link" isInline onClick={() => edit(target)}><bdi>{target.name}</bdi></Button>
              <Content component="small"><Breakable value={target.url} /></Content>
            </Td>
            <Td dataLabel={words.events}>{eventsText(target.events)}</Td>
            <Td dataLabel={words.projects} modifier="breakWord">{projectsText(target.projects, projects)}</Td>
            <Td dataLabel={words.state}><State target={target} /></Td>
            <Td dataLabel={words.delivered}><Time value={target.delivered_at} absent={words.deliveredNever} /></Td>
            <Td dataLabel={words.untold}><Untold target={target} showDead={showDead} /></Td>
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

function Untold({ target, showDead }: Pick<TargetTableProps, 'showDead'> & { target: NotificationTarget }) {
  const { name, waiting, dead_letters: dead } = target;
  if (waiting + dead === 0) return <>{text.common.emptyValue}</>;
  return (
    <>
      {waiting > 0 && <Content component="p">{words.waiting(waiting)}</Content>}
      {dead > 0 && (
        <Button variant="link" isInline aria-label={words.deadOf(dead, name)} onClick={() => showDead(target)}>{words.dead(dead)}</Button>
      )}
    </>
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
