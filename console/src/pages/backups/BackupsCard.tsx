import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Card, CardBody, CardTitle } from '@patternfly/react-core/dist/esm/components/Card';
import { EmptyState, EmptyStateBody } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import { Flex, FlexItem } from '@patternfly/react-core/dist/esm/layouts/Flex';
import { Table } from '@patternfly/react-table/dist/esm/components/Table/Table';
import { Tbody } from '@patternfly/react-table/dist/esm/components/Table/Tbody';
import { Td } from '@patternfly/react-table/dist/esm/components/Table/Td';
import { Th } from '@patternfly/react-table/dist/esm/components/Table/Th';
import { Thead } from '@patternfly/react-table/dist/esm/components/Table/Thead';
import { Tr } from '@patternfly/react-table/dist/esm/components/Table/Tr';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, download, fillPath } from '../../api/client';
import { attentionPath, backupsPath, type Backup } from '../../api/safeKeeping';
import { text } from '../../app/messages';
import { backups as words, size } from '../../app/messages/backups';
import { saveFile } from '../../components/csv';
import { errorText } from '../../components/FormError';
import { Question } from '../../components/Question';
import { Time } from '../../components/Time';
import { showToast } from '../../components/toastStore';

/** The files that are kept on the host, the newest first. */
export function BackupsCard({ items }: { items: Backup[] }) {
  const queries = useQueryClient();
  const [going, setGoing] = useState<Backup>();
  const loading = useMutation({
    mutationFn: async ({ name }: Backup) => saveFile(name, 'application/octet-stream', [await download(fillPath('/api/v1/backups/{name}/file', { name }), {})]),
  });
  const remove = async (backup: Backup) => {
    await api.delete('/api/v1/backups/{name}', { path: { name: backup.name } });
    showToast({ title: words.deleted(backup.name) });
    await Promise.all([backupsPath, attentionPath].map((path) => queries.invalidateQueries({ queryKey: [path] })));
  };
  return (
    <Card>
      <CardTitle component="h2">{words.title}</CardTitle>
      <CardBody>
        {loading.isError && <Alert isInline isLiveRegion variant="danger" title={words.downloadFailed}>{errorText(loading.error)}</Alert>}
        {loading.isPending && <Alert isInline isPlain isLiveRegion variant="info" title={words.downloading(loading.variables.name)} />}
        {items.length === 0 ? (
          <EmptyState titleText={words.none} headingLevel="h3" status="warning"><EmptyStateBody>{words.noneBody}</EmptyStateBody></EmptyState>
        ) : <BackupTable items={items} isLoading={loading.isPending} load={(backup) => loading.mutate(backup)} remove={setGoing} />}
      </CardBody>
      {going && (
        <Question title={words.deleteTitle(going.name)} action={text.common.delete} run={() => remove(going)} onClose={() => setGoing(undefined)}>
          <p>{words.deleteBody}</p>
          {items.length === 1 && <p>{words.deleteLast}</p>}
        </Question>
      )}
    </Card>
  );
}

/** What came of the last verification, and when that was. */
function Verification({ found }: { found: Backup['verified'] }) {
  if (!found) return <>{words.neverVerified}</>;
  const isGood = found.result === 'whole' || found.result === 'opened';
  return (
    <>
      <Label variant="outline" isCompact status={isGood ? 'success' : 'danger'}>{words.findings[found.result]}</Label>{' '}
      <Time value={found.at} />
    </>
  );
}

interface BackupTableProps {
  items: Backup[];
  isLoading: boolean;
  load: (backup: Backup) => void;
  remove: (backup: Backup) => void;
}

function BackupTable({ items, isLoading, load, remove }: BackupTableProps) {
  return (
    <Table aria-label={words.label} variant="compact" gridBreakPoint="grid-md">
      <Thead>
        <Tr>
          <Th>{words.name}</Th>
          <Th>{words.made}</Th>
          <Th>{words.size}</Th>
          <Th>{words.maker}</Th>
          <Th>{words.version}</Th>
          <Th>{words.verified}</Th>
          <Th screenReaderText={text.table.actions} />
        </Tr>
      </Thead>
      <Tbody>
        {items.map((backup) => (
          <Tr key={backup.name}>
            <Td dataLabel={words.name} modifier="breakWord">{backup.name}</Td>
            <Td dataLabel={words.made}><Time value={backup.created_at} /></Td>
            <Td dataLabel={words.size} modifier="nowrap">{size(backup.size)}</Td>
            <Td dataLabel={words.maker}>{backup.person ?? (backup.made_by ? words.makers[backup.made_by] : words.unknown)}</Td>
            <Td dataLabel={words.version}>{backup.version ?? words.unknown}</Td>
            <Td dataLabel={words.verified}><Verification found={backup.verified} /></Td>
            <Td dataLabel={text.table.actions}>
              <Flex spaceItems={{ default: 'spaceItemsSm' }}>
                <FlexItem>
                  <Button variant="link" isInline isDisabled={isLoading} aria-label={words.downloadOne(backup.name)} onClick={() => load(backup)}>
                    {words.download}
                  </Button>
                </FlexItem>
                <FlexItem>
                  <Button variant="link" isInline isDanger aria-label={words.deleteOne(backup.name)} onClick={() => remove(backup)}>
                    {text.common.delete}
                  </Button>
                </FlexItem>
              </Flex>
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
