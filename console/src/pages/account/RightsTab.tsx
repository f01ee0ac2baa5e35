import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { EmptyState, EmptyStateBody } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { Title } from '@patternfly/react-core/dist/esm/components/Title';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import type { components } from '../../api/schema';
import { useSession } from '../../api/session';
import { account as words } from '../../app/messages/account';
import { permissionGroups, permissions, permissionWords } from '../../app/messages/permissions';
import { Facts } from '../../components/Facts';
import { GrantsTable } from '../../components/GrantsTable';

/** What the person may do, project by project, and what that means. */
export default function RightsTab() {
  const session = useSession();
  if (session.permissions.length === 0) {
    return (
      <EmptyState titleText={permissions.nobody} headingLevel="h2"><EmptyStateBody>{permissions.nobodyBody}</EmptyStateBody></EmptyState>
    );
  }
  const grants = { permissions: session.permissions, everywhere: session.everywhere, projects: session.projects } as components['schemas']['Grants'];
  const held = permissionGroups.flatMap((group) => group.permissions).filter((one) => session.permissions.includes(one));
  return (
    <Stack hasGutter>
      <StackItem>
        <Title headingLevel="h2">{words.rights}</Title>
        <Content component="p">{words.rightsLead}</Content>
        <GrantsTable grants={grants} label={words.rights} />
      </StackItem>
      <StackItem>
        <Title headingLevel="h2">{words.meaning}</Title>
      </StackItem>
      <StackItem>
        <Facts label={words.meaning} facts={held.map((one) => [permissionWords[one].name, permissionWords[one].help])} />
      </StackItem>
    </Stack>
  );
}
