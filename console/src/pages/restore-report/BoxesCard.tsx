import { Card, CardBody, CardTitle } from '@patternfly/react-core/dist/esm/components/Card';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { List, ListItem } from '@patternfly/react-core/dist/esm/components/List';
import { Link } from 'wouter';
import type { RestoreReport } from '../../api/safeKeeping';
import { restoreReport as words } from '../../app/messages/restoreReport';
import { windowOf } from '../vault/oauth-clients/clientTypes';

/** Clients whose box was turned on because restored Basic Engine Robots take them as input; each leads to its own window. */
export function BoxesCard({ clients }: { clients: RestoreReport['basic_engine_clients'] }) {
  return (
    <Card>
      <CardTitle component="h2">{words.boxes}</CardTitle>
      <CardBody>
        <Content component="p">{clients.length === 0 ? words.noBoxes : words.boxesBody}</Content>
        {clients.length > 0 && (
          <List isPlain isBordered>
            {clients.map((client) => (
              <ListItem key={client.id}>
                <bdi>{client.label}</bdi>{' '}
                <Link href={windowOf(client.id)} aria-label={words.reviewOne(client.label)}>{words.review}</Link>
              </ListItem>
            ))}
          </List>
        )}
      </CardBody>
    </Card>
  );
}
