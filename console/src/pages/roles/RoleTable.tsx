import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import { MenuToggle } from '@patternfly/react-core/dist/esm/components/MenuToggle';
import CheckIcon from '@patternfly/react-icons/dist/esm/icons/check-icon';
import EllipsisVIcon from '@patternfly/react-icons/dist/esm/icons/ellipsis-v-icon';
import { ActionsColumn } from '@patternfly/react-table/dist/esm/components/Table/ActionsColumn';
import { InnerScrollContainer } from '@patternfly/react-table/dist/esm/components/Table/InnerScrollContainer';
import { Table } from '@patternfly/react-table/dist/esm/components/Table/Table';
import { Tbody } from '@patternfly/react-table/dist/esm/components/Table/Tbody';
import { Td } from '@patternfly/react-table/dist/esm/components/Table/Td';
import { Th } from '@patternfly/react-table/dist/esm/components/Table/Th';
import { Thead } from '@patternfly/react-table/dist/esm/components/Table/Thead';
import { Tr } from '@patternfly/react-table/dist/esm/components/Table/Tr';
import { text } from '../../app/messages';
import { permissionGroups, permissionWords, type Permission } from '../../app/messages/permissions';
import { roles as words } from '../../app/messages/roles';
import type { RowAction } from '../../components/ResourceTable';
import type { Role } from './RoleMatrix';

export interface RoleTableProps {
  roles: Role[];
  /** What can be done with a role; left out: nothing. */
  actions?: (role: Role) => RowAction[];
}

/** Permissions downwards, roles across. It scrolls in itself where there are many roles, or a narrow window. */
export function RoleTable({ roles, actions }: RoleTableProps) {
  return (
    <InnerScrollContainer tabIndex={0} role="region" aria-label={words.matrix}>
      <Table aria-label={words.matrix} variant="compact" gridBreakPoint="">
        <Thead>
          <Tr>
            <Th>{words.permission}</Th>
            {roles.map((role) => <RoleHead key={role.id} role={role} actions={actions?.(role)} />)}
          </Tr>
        </Thead>
        {permissionGroups.map((group) => (
          <Tbody key={group.title}>
            <Tr><Th scope="rowgroup" colSpan={roles.length + 1}>{group.title}</Th></Tr>
            {group.permissions.map((permission) => <PermissionRow key={permission} permission={permission} roles={roles} />)}
          </Tbody>
        ))}
      </Table>
    </InnerScrollContainer>
  );
}

function RoleHead({ role, actions }: { role: Role; actions?: RowAction[] }) {
  return (
    <Th modifier="wrap">
      {role.name} {role.built_in && <Label isCompact variant="outline">{words.builtIn}</Label>}
      {actions && (
        <ActionsColumn
          items={actions.map(({ title, onClick, isDanger }) => ({ title, onClick: () => onClick(), isDanger }))} popperProps={{ position: 'right' }}
          actionsToggle={({ onToggle, isOpen, toggleRef }) => (
            <MenuToggle ref={toggleRef} variant="plain" isExpanded={isOpen} onClick={onToggle} icon={<EllipsisVIcon />}
              aria-label={words.actionsFor(role.name)} />
          )}
        />
      )}
    </Th>
  );
}

function PermissionRow({ permission, roles }: { permission: Permission; roles: Role[] }) {
  const { name, help } = permissionWords[permission];
  return (
    <Tr>
      <Th scope="row" modifier="wrap">{name}<Content component="small">{help}</Content></Th>
      {roles.map((role) => (
        <Td key={role.id} dataLabel={role.name}>
          {role.permissions.includes(permission)
            ? <CheckIcon role="img" aria-hidden={false} aria-label={words.allows(role.name)} />
            : <span role="img" aria-label={words.allowsNot(role.name)}>{text.common.emptyValue}</span>}
        </Td>
      ))}
    </Tr>
  );
}
