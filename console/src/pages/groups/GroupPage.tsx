import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { PageSection } from '@patternfly/react-core/dist/esm/components/Page';
import { Title } from '@patternfly/react-core/dist/esm/components/Title';
import { Flex } from '@patternfly/react-core/dist/esm/layouts/Flex';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { api } from '../../api/client';
import { isProblem } from '../../api/problem';
import { usePermission } from '../../api/session';
import { text } from '../../app/messages';
import { groups as words } from '../../app/messages/groups';
import { carry } from '../../app/url';
import { DetailPage } from '../../components/DetailPage';
import { Facts } from '../../components/Facts';
import { PageError } from '../../components/PageError';
import { PageLoading } from '../../components/PageLoading';
import { Time } from '../../components/Time';
import { DeleteGroup } from './DeleteGroup';
import { groupsBase } from './GroupList';
import { GroupMembers } from './GroupMembers';
import { GroupRoles } from './GroupRoles';
import { GroupWindow } from './GroupWindow';

/** One group: what it allows, and who is in it. */
export default function GroupPage({ id, isEditing }: { id: string; isEditing: boolean }) {
  const [, navigate] = useLocation();
  const search = useSearch();
  const [isGoing, setGoing] = useState(false);
  const mayChange = usePermission('manage_users', null);
  const group = useQuery({ queryKey: ['/api/v1/groups', id], queryFn: ({ signal }) => api.get('/api/v1/groups/{id}', { path: { id }, signal }) });
  const list = { title: words.title, href: carry(groupsBase, search) };
  if (group.isPending) return <PageLoading />;
  if (!group.data) {
    const isGone = isProblem(group.error, 'not_found');
    return <PageError title={isGone ? words.gone : text.common.pageFailed} error={group.error} retry={() => void group.refetch()} />;
  }
  const { name, description, claim_value: claim, created_at: createdAt } = group.data;
  const actions = mayChange && (
    <Flex>
      <Button variant="secondary" onClick={() => navigate(carry(`${groupsBase}/${id}/edit`, search))}>{text.common.edit}</Button>
      <Button variant="secondary" isDanger onClick={() => setGoing(true)}>{text.common.delete}</Button>
    </Flex>
  );
  return (
    <DetailPage list={list} title={name} lead={description} actions={actions}>
      <PageSection>
        <Facts label={words.about} facts={[[words.claim, claim || words.claimNone], [text.common.created, <Time value={createdAt} />]]} />
      </PageSection>
      <PageSection>
        <Title headingLevel="h2">{words.roles}</Title>
        <GroupRoles group={group.data} />
      </PageSection>
      <PageSection isFilled>
        <Title headingLevel="h2">{words.members}</Title>
        <GroupMembers group={group.data} mayChange={mayChange} />
      </PageSection>
      {isEditing && mayChange && (
        <GroupWindow key={group.data.revision} group={group.data} reload={() => void group.refetch()}
          onClose={() => navigate(carry(`${groupsBase}/${id}`, search))} />
      )}
      {isGoing && <DeleteGroup group={group.data} onClose={() => setGoing(false)} onDeleted={() => navigate(list.href)} />}
    </DetailPage>
  );
}
