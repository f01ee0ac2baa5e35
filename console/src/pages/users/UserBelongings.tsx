import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Skeleton } from '@patternfly/react-core/dist/esm/components/Skeleton';
import { Flex, FlexItem } from '@patternfly/react-core/dist/esm/layouts/Flex';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Fragment, useState } from 'react';
import { Link } from 'wouter';
import { api } from '../../api/client';
import type { components } from '../../api/schema';
import { text } from '../../app/messages';
import { belongings as words } from '../../app/messages/belongings';
import { Facts, type Fact } from '../../components/Facts';
import { errorText } from '../../components/FormError';
import { ResourcePicker } from '../../components/ResourcePicker';
import { showToast } from '../../components/toastStore';
import { clientsBase, systemsBase } from '../vault/oauth-clients/clientTypes';
import { secretsBase } from '../vault/secrets/secretTypes';
import type { User } from './UserList';

type Belongings = components['schemas']['Belongings'];

const systemPage = (id: string) => `${systemsBase}/${id}/edit`;
const clientPage = (id: string) => `${clientsBase}/${id}`;
const secretPage = (id: string) => `${secretsBase}/${id}`;

/** What somebody else has to take over when a user leaves; `mayReassign`: here, at once. */
export function UserBelongings({ user, mayReassign }: { user: Pick<User, 'id'>; mayReassign: boolean }) {
  const queryKey = ['/api/v1/users', user.id, 'belongings'];
  const list = useQuery({ queryKey, queryFn: ({ signal }) => api.get('/api/v1/users/{id}/belongings', { path: { id: user.id }, signal }) });
  const facts = list.data ? factsOf(list.data) : [];
  const isOwner = list.data !== undefined && list.data.target_systems.length + list.data.oauth_clients.length + list.data.secrets.length > 0;
  return (
    <>
      <Content component="p">{list.data && facts.length === 0 ? words.nothing : words.lead}</Content>
      {list.error && <Alert isInline isLiveRegion variant="danger" title={errorText(list.error)} />}
      {list.isPending && <Skeleton screenreaderText={text.common.loading} />}
      {facts.length > 0 && <Facts label={words.title} facts={facts} />}
      {list.data && list.data.authorized_by.length > 0 && <Content component="small">{words.authorizedByHelp}</Content>}
      {isOwner && mayReassign && <Reassign user={user} queryKey={queryKey} />}
    </>
  );
}

function factsOf(all: Belongings): Fact[] {
  const known = [
    [words.targetSystems, systemPage, all.target_systems],
    [words.oauthClients, clientPage, all.oauth_clients],
    [words.secrets, secretPage, all.secrets],
    [words.authorizedBy, clientPage, all.authorized_by],
    [words.signedInFor, clientPage, all.signed_in_for],
  ] as const;
  return known.filter(([, , list]) => list.length > 0).map(([term, href, list]) => [term, <Links href={href} list={list} />]);
}

function Links({ href, list }: { href: (id: string) => string; list: Belongings['oauth_clients'] }) {
  return list.map((one, index) => (
    <Fragment key={one.id}>{index > 0 && ', '}<Link href={href(one.id)}><bdi>{one.name}</bdi></Link></Fragment>
  ));
}

function Reassign({ user, queryKey }: { user: Pick<User, 'id'>; queryKey: readonly string[] }) {
  const [heir, setHeir] = useState<User>();
  const queries = useQueryClient();
  const reassign = useMutation({
    mutationFn: (to: User) => api.post('/api/v1/users/{id}/belongings/reassign', { path: { id: user.id }, body: { to: to.id } }),
    onSuccess: async (done, to) => {
      showToast({ title: words.reassigned(done.target_systems, done.oauth_clients, done.secrets, to.name) });
      setHeir(undefined);
      await queries.invalidateQueries({ queryKey });
    },
  });
  return (
    <>
      {reassign.error && <Alert isInline isLiveRegion variant="danger" title={errorText(reassign.error)} />}
      <Flex>
        <FlexItem>
          <ResourcePicker<User> label={words.heir} placeholder={words.heir} path="/api/v1/users" rowName={(row) => row.name}
            rowDetail={(row) => row.email || row.full_name} value={heir} onChange={setHeir} />
        </FlexItem>
        <FlexItem>
          <Button variant="secondary" isDisabled={!heir || reassign.isPending} onClick={() => { if (heir) reassign.mutate(heir); }}>
            {words.reassign}
          </Button>
        </FlexItem>
      </Flex>
    </>
  );
}
