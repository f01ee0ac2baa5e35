import { Label, LabelGroup } from '@patternfly/react-core/dist/esm/components/Label';
import { Table } from '@patternfly/react-table/dist/esm/components/Table/Table';
import { Tbody } from '@patternfly/react-table/dist/esm/components/Table/Tbody';
import { Td } from '@patternfly/react-table/dist/esm/components/Table/Td';
import { Th } from '@patternfly/react-table/dist/esm/components/Table/Th';
import { Thead } from '@patternfly/react-table/dist/esm/components/Table/Thead';
import { Tr } from '@patternfly/react-table/dist/esm/components/Table/Tr';
import type { components } from '../api/schema';
import { permissionName, permissions as words } from '../app/messages/permissions';

type Grants = components['schemas']['Grants'];

const mostShown = 20;

/** What somebody may do where: a line for everywhere, and one for each project where it is more. */
export function GrantsTable({ grants, label }: { grants: Grants; label: string }) {
  const lines = [
    ...(grants.everywhere.length > 0 ? [{ id: 'everywhere', name: words.everywhere, permissions: grants.everywhere }] : []),
    ...grants.projects,
  ];
  return (
    <Table aria-label={label} variant="compact" gridBreakPoint="grid-md">
      <Thead><Tr><Th>{words.where}</Th><Th>{words.may}</Th></Tr></Thead>
      <Tbody>
        {lines.map((line) => (
          <Tr key={line.id}>
            <Td dataLabel={words.where}>{line.name}</Td>
            <Td dataLabel={words.may}>
              <LabelGroup numLabels={mostShown} aria-label={line.name}>
                {line.permissions.map((permission) => <Label key={permission} variant="outline">{permissionName(permission)}</Label>)}
              </LabelGroup>
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
