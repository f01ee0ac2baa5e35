import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { PageSection } from '@patternfly/react-core/dist/esm/components/Page';
import { Tab, Tabs, TabTitleText } from '@patternfly/react-core/dist/esm/components/Tabs';
import { Flex, FlexItem } from '@patternfly/react-core/dist/esm/layouts/Flex';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { api } from '../../../api/client';
import { isProblem } from '../../../api/problem';
import { usePermission } from '../../../api/session';
import { isolated, text } from '../../../app/messages';
import { secrets as words } from '../../../app/messages/secrets';
import { carry, useSearchChange, useSearchValue } from '../../../app/url';
import ConfirmDelete from '../../../components/ConfirmDelete';
import { DeletedPage } from '../../../components/DeletedPage';
import { DetailPage } from '../../../components/DetailPage';
import { Gone } from '../../../components/Gone';
import { KilledBy } from '../../../components/KilledAlert';
import { PageError } from '../../../components/PageError';
import { PageLoading } from '../../../components/PageLoading';
import { StatusLabel } from '../../../components/StatusLabel';
import { EventTable } from '../../audit-log/EventTable';
import { AboutSecret } from './AboutSecret';
import { EditSecretWindow } from './EditSecretWindow';
import { SecretReaders } from './SecretReaders';
import { deletable, secretsBase, secretsPath, type Secret } from './secretTypes';
import { SecretValues } from './SecretValues';
import { UseSecret } from './UseSecret';

type TabId = 'overview' | 'access' | 'use' | 'history';

/** Everything about one secret but its values, which never leave the server for here. */
export default function SecretPage({ id }: { id: string }) {
  const [, navigate] = useLocation();
  const search = useSearch();
  const [open, setOpen] = useState<'edit' | 'delete'>();
  const secret = useQuery({
    queryKey: [secretsPath, id], queryFn: ({ signal }) => api.get('/api/v1/secrets/{id}', { path: { id }, signal }),
  });
  const mayChange = usePermission('configure', secret.data?.project);
  const list = { title: text.vault.secrets, href: carry(secretsBase, search, ['project', 'filter']) };
  if (secret.isPending) return <PageLoading />;
  if (!secret.data) {
    if (isProblem(secret.error, 'not_found')) {
      return (
        <DeletedPage<Secret> list={list} path={secretsPath} id={id} nameOf={(row) => row.label}
          gone={<Gone title={words.gone} href={list.href} toList={words.toList} />}>
          {(row) => <AboutSecret secret={row} />}
        </DeletedPage>
      );
    }
    return <PageError title={text.common.pageFailed} error={secret.error} retry={() => void secret.refetch()} />;
  }
  const { label, project_name: project, target_system_name: system, killed_by: kill } = secret.data;
  const actions = mayChange && (
    <Flex>
      <FlexItem><Button variant="secondary" onClick={() => setOpen('edit')}>{text.common.edit}</Button></FlexItem>
      <FlexItem><Button variant="secondary" isDanger onClick={() => setOpen('delete')}>{text.common.delete}</Button></FlexItem>
    </Flex>
  );
  return (
    <DetailPage list={list} title={label} lead={`${isolated(project)} › ${isolated(system)}`} actions={actions}
      status={kill !== null && <StatusLabel state="stopped" />}>
      {kill !== null && <PageSection><KilledBy id={kill} subject={id} /></PageSection>}
      <SecretTabs secret={secret.data} />
      {open === 'edit' && (
        <EditSecretWindow key={secret.data.revision} secret={secret.data} reload={() => void secret.refetch()} onClose={() => setOpen(undefined)} />
      )}
      {open === 'delete' && (
        <ConfirmDelete items={[deletable(secret.data)]} onClose={() => setOpen(undefined)} onDeleted={() => navigate(list.href)} />
      )}
    </DetailPage>
  );
}

function SecretTabs({ secret }: { secret: Secret }) {
  const [, change] = useSearchChange();
  const mayReadAudit = usePermission('read_audit', secret.project);
  const tabs: TabId[] = mayReadAudit ? ['overview', 'access', 'use', 'history'] : ['overview', 'access', 'use'];
  const wanted = useSearchValue('tab');
  const open = tabs.find((tab) => tab === wanted) ?? 'overview';
  return (
    <>
      <PageSection type="tabs">
        <Tabs activeKey={open} usePageInsets aria-label={words.tabs}
          onSelect={(_, tab) => change({ tab: tab === 'overview' ? undefined : String(tab), page: undefined, sort: undefined }, true)}>
          {tabs.map((tab) => <Tab key={tab} eventKey={tab} title={<TabTitleText>{words[tab]}</TabTitleText>} tabContentId="secret-tab" />)}
        </Tabs>
      </PageSection>
      <PageSection isFilled id="secret-tab" role="tabpanel" aria-label={words[open]}>
        {open === 'overview' && <AboutSecret secret={secret}><SecretValues secret={secret} /></AboutSecret>}
        {open === 'access' && <SecretReaders secret={secret} />}
        {open === 'use' && <UseSecret secret={secret} />}
        {open === 'history' && <EventTable filter={{ subject_id: secret.id }} label={words.history} />}
      </PageSection>
    </>
  );
}
