import { ActionList, ActionListItem } from '@patternfly/react-core/dist/esm/components/ActionList';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Card, CardBody, CardFooter, CardTitle } from '@patternfly/react-core/dist/esm/components/Card';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { List, ListItem } from '@patternfly/react-core/dist/esm/components/List';
import { StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'wouter';
import { api } from '../../api/client';
import { usePermissions, useSession } from '../../api/session';
import { text } from '../../app/messages';
import { start } from '../../app/messages/start';
import { LinkButton } from '../../components/LinkButton';

const ConfirmDelete = lazy(() => import('../../components/ConfirmDelete'));

const words = start;
const path = '/api/v1/target-systems';
/** What the practice target systems are found by. */
const tag = 'practice';

/** Where a practice provider runs beside the server: what it is for, and a way to be rid of it. */
export function PracticeCard() {
  return useSession().server.practice ? <Practice /> : null;
}

function Practice() {
  const [isGoing, setGoing] = useState(false);
  const may = usePermissions();
  const systems = useQuery({
    queryKey: [path, tag], queryFn: ({ signal }) => api.get(path, { query: { tag, page_size: 100 }, signal }),
  });
  const found = systems.data?.items ?? [];
  if (found.length === 0) return null;
  const mayChange = found.every((one) => may('configure', one.project));
  return (
    <StackItem>
      <Card>
        <CardTitle component="h2">{words.practice}</CardTitle>
        <CardBody>
          <Content component="p">{words.practiceBody(originOf(found[0]?.token_endpoint))}</Content>
          <List>
            {found.map((one) => (
              <ListItem key={one.id}><Link href={`/repository/vault/target-systems/${one.id}/edit`}>{one.name}</Link></ListItem>
            ))}
          </List>
        </CardBody>
        {mayChange && (
          <CardFooter>
            <ActionList>
              <ActionListItem>
                <LinkButton href="/repository/vault/oauth-clients/new">{words.practiceClient}</LinkButton>
              </ActionListItem>
              <ActionListItem><Button variant="secondary" isDanger onClick={() => setGoing(true)}>{words.removePractice}</Button></ActionListItem>
            </ActionList>
          </CardFooter>
        )}
        {isGoing && (
          <Suspense>
            <ConfirmDelete items={found.map(({ id, name }) => ({ path: `${path}/${id}`, name }))} onClose={() => setGoing(false)} />
          </Suspense>
        )}
      </Card>
    </StackItem>
  );
}

function originOf(address: string | undefined): string {
  return address && URL.canParse(address) ? new URL(address).origin : text.common.emptyValue;
}
