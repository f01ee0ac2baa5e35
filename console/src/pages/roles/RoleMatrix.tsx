import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation, useRoute, useSearch } from 'wouter';
import { api } from '../../api/client';
import type { components } from '../../api/schema';
import { usePermission } from '../../api/session';
import { text } from '../../app/messages';
import { roles as words } from '../../app/messages/roles';
import { carry, changeSearch } from '../../app/url';
import { ListPage } from '../../components/ListPage';
import { PageError } from '../../components/PageError';
import { PageLoading } from '../../components/PageLoading';
import { Question } from '../../components/Question';
import { showToast } from '../../components/toastStore';
import { RoleTable } from './RoleTable';
import { RoleWindow } from './RoleWindow';

export type Role = components['schemas']['Role'];

const base = '/administration/roles';

/** Administration > Roles: what each allows, side by side. */
export default function RoleMatrix() {
  const [, navigate] = useLocation();
  const search = useSearch();
  const [isWindow, parameters] = useRoute<{ id: string }>(`${base}/:id`);
  const [going, setGoing] = useState<Role>();
  const queries = useQueryClient();
  const mayChange = usePermission('manage_roles', null);
  const list = useQuery({
    queryKey: ['/api/v1/roles', 'all'], queryFn: ({ signal }) => api.get('/api/v1/roles', { query: { page_size: 1000 }, signal }),
  });
  const close = () => navigate(carry(base, search));
  const duplicate = (role: Role) => navigate(`${base}/new?${changeSearch(carry('', search).slice(1), { copy: role.id })}`);
  const remove = async (role: Role) => {
    await api.delete('/api/v1/roles/{id}', { path: { id: role.id } });
    showToast({ title: words.deletedDone(role.name) });
    await queries.invalidateQueries({ queryKey: ['/api/v1/roles'] });
  };
  if (list.isPending) return <PageLoading />;
  if (!list.data) return <PageError title={text.common.pageFailed} error={list.error} retry={() => void list.refetch()} />;
  const all = list.data.items;
  const role = all.find((one) => one.id === parameters?.id && !one.built_in);
  const copied = all.find((one) => one.id === new URLSearchParams(search).get('copy'));
  const window = { copied, reload: () => void list.refetch(), onClose: close };
  return (
    <ListPage title={words.title} lead={words.lead}>
      {mayChange && <Button onClick={() => navigate(carry(`${base}/new`, search))}>{words.add}</Button>}
      {isWindow && parameters.id !== 'new' && !role && <Content component="p">{words.gone}</Content>}
      <RoleTable roles={all} actions={mayChange ? (one) => [
        { title: words.duplicate, onClick: () => duplicate(one) },
        ...(one.built_in ? [] : [
          { title: text.common.edit, onClick: () => navigate(carry(`${base}/${one.id}`, search)) },
          { title: text.common.delete, isDanger: true, onClick: () => setGoing(one) },
        ]),
      ] : undefined} />
      {mayChange && isWindow && (parameters.id === 'new' || role) && <RoleWindow key={role?.revision ?? 'new'} role={role} {...window} />}
      {going && (
        <Question title={words.deleteTitle(going.name)} action={text.common.delete} run={() => remove(going)} onClose={() => setGoing(undefined)}>
          <p>{words.deleteBody}</p>
        </Question>
      )}
    </ListPage>
  );
}
