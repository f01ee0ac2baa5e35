import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { PageSection } from '@patternfly/react-core/dist/esm/components/Page';
import { Title } from '@patternfly/react-core/dist/esm/components/Title';
import { Flex } from '@patternfly/react-core/dist/esm/layouts/Flex';
import { useQuery } from '@tanstack/react-query';
import { Fragment, useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { api } from '../../api/client';
import { isProblem } from '../../api/problem';
import type { components } from '../../api/schema';
import { usePermission } from '../../api/session';
import { text } from '../../app/messages';
import { apiKeys } from '../../app/messages/apiKeys';
import { belongings } from '../../app/messages/belongings';
import { permissionName } from '../../app/messages/permissions';
import { sessions } from '../../app/messages/sessions';
import { signOnAccounts } from '../../app/messages/signOnAccounts';
import { users as words } from '../../app/messages/users';
import { carry } from '../../app/url';
import { DetailPage } from '../../components/DetailPage';
import { Facts } from '../../components/Facts';
import { GrantsTable } from '../../components/GrantsTable';
import { PageError } from '../../components/PageError';
import { PageLoading } from '../../components/PageLoading';
import { SessionTable } from '../../components/SessionTable';
import { Time } from '../../components/Time';
import { KeyTable } from '../api-keys/KeyTable';
import { SignOnAccounts } from './SignOnAccounts';
import { UserBelongings } from './UserBelongings';
import { usersBase, UserState, type User } from './UserList';
import { UserQuestion, type UserQuestionKind } from './UserQuestion';
import { UserWindow } from './UserWindow';

type UserWithGrants = components['schemas']['UserWithGrants'] & Pick<User, 'has_second_factor'>;

/** One user: who they are, what they may do where, and where they are signed in. */
export default function UserPage({ id, isEditing }: { id: string; isEditing: boolean }) {
  const [, navigate] = useLocation();
  const search = useSearch();
  const [asked, setAsked] = useState<UserQuestionKind>();
  const mayChange = usePermission('manage_users', null);
  const mayConfigure = usePermission('configure');
  const mayManageKeys = usePermission('manage_api_keys');
  const user = useQuery({ queryKey: ['/api/v1/users', id], queryFn: ({ signal }) => api.get('/api/v1/users/{id}', { path: { id }, signal }) });
  const list = { title: words.title, href: carry(usersBase, search) };
  if (user.isPending) return <PageLoading />;
  if (!user.data) {
    const isGone = isProblem(user.error, 'not_found');
    return <PageError title={isGone ? words.gone : text.common.pageFailed} error={user.error} retry={() => void user.refetch()} />;
  }
  const { name, disabled, has_second_factor: hasSecondFactor }: UserWithGrants = user.data;
  const ask = (what: UserQuestionKind, label: string, isDanger = false) => (
    <Button variant="secondary" isDanger={isDanger} onClick={() => setAsked(what)}>{label}</Button>
  );
  const actions = mayChange && (
    <Flex>
      <Button variant="secondary" onClick={() => navigate(carry(`${usersBase}/${id}/edit`, search))}>{text.common.edit}</Button>
      {ask('reset', words.reset)}
      {hasSecondFactor && ask('resetFactor', words.resetFactor)}
      {disabled ? ask('enable', words.enable) : ask('disable', words.disable)}
      {ask('delete', text.common.delete, true)}
    </Flex>
  );
  return (
    <DetailPage list={list} title={name} status={<UserState user={user.data} />} actions={actions}>
      <PageSection><AboutUser user={user.data} /></PageSection>
      <PageSection>
        <Title headingLevel="h2">{words.grants}</Title>
        <Content component="p">{user.data.grants.permissions.length > 0 ? words.grantsLead : words.grantsNothing}</Content>
        {user.data.grants.permissions.length > 0 && <GrantsTable grants={user.data.grants} label={words.grants} />}
      </PageSection>
      {mayChange && (
        <PageSection>
          <Title headingLevel="h2">{signOnAccounts.title}</Title>
          <Content component="p">{signOnAccounts.lead}</Content>
          <SignOnAccounts user={id} />
        </PageSection>
      )}
      {mayChange && (
        <PageSection>
          <Title headingLevel="h2">{belongings.title}</Title>
          <UserBelongings user={user.data} mayReassign={mayConfigure} />
        </PageSection>
      )}
      {mayManageKeys && (
        <PageSection>
          <Title headingLevel="h2">{apiKeys.title}</Title>
          <Content component="p">{apiKeys.leadOf}</Content>
          <KeyTable user={id} mayRevoke empty={apiKeys.emptyOf} />
        </PageSection>
      )}
      <PageSection isFilled>
        <Title headingLevel="h2">{sessions.title}</Title>
        <Content component="p">{sessions.leadOf}</Content>
        <SessionTable path={`/api/v1/users/${id}/sessions`} mayEnd={mayChange} />
      </PageSection>
      {isEditing && mayChange && <UserWindow user={user.data} onClose={() => navigate(carry(`${usersBase}/${id}`, search))} />}
      {asked && <UserQuestion user={user.data} what={asked} onClose={() => setAsked(undefined)} onDeleted={() => navigate(list.href)} />}
    </DetailPage>
  );
}

function AboutUser({ user }: { user: UserWithGrants }) {
  const groups = user.groups.map((group, index) => (
    <Fragment key={group.id}>{index > 0 && ', '}<Link href={`/administration/groups/${group.id}`}>{group.name}</Link></Fragment>
  ));
  const byPassword = user.has_second_factor ? words.byPasswordAndCode : words.byPassword;
  const signsIn = user.has_password ? (user.must_change_password ? words.mustChange : byPassword) : words.withoutPassword;
  return (
    <Facts label={words.about} facts={[
      [words.fullName, user.full_name || text.common.emptyValue],
      [words.email, user.email || text.common.emptyValue],
      [words.groups, groups.length > 0 ? groups : words.noGroup],
      [words.signsIn, signsIn],
      ...(user.own_permissions.length > 0 ? [[words.own, user.own_permissions.map(permissionName).join(', ')] as const] : []),
      ...(user.disabled_at ? [[words.disabledSince, <Time value={user.disabled_at} />] as const] : []),
      [text.common.created, <Time value={user.created_at} />],
    ]} />
  );
}
