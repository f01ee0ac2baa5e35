import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Skeleton } from '@patternfly/react-core/dist/esm/components/Skeleton';
import { Table } from '@patternfly/react-table/dist/esm/components/Table/Table';
import { Tbody } from '@patternfly/react-table/dist/esm/components/Table/Tbody';
import { Td } from '@patternfly/react-table/dist/esm/components/Table/Td';
import { Th } from '@patternfly/react-table/dist/esm/components/Table/Th';
import { Thead } from '@patternfly/react-table/dist/esm/components/Table/Thead';
import { Tr } from '@patternfly/react-table/dist/esm/components/Table/Tr';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { apiKeys, apiKeysPath, type ApiKey } from '../../api/apiKeys';
import { text } from '../../app/messages';
import { apiKeys as words } from '../../app/messages/apiKeys';
import { errorText } from '../../components/FormError';
import { Time } from '../../components/Time';
import { KeyState, LastUse, mayText, useWhere } from './keyCells';
import { RevokeKey } from './RevokeKey';

export interface KeyTableProps {
  /** The id of whose they are. */
  user: string;
  mayRevoke: boolean;
  /** What is said where there is none. */
  empty: string;
}

/** The API keys of one person, those that work first; each can be revoked. */
export function KeyTable({ user, mayRevoke, empty }: KeyTableProps) {
  const [going, setGoing] = useState<ApiKey>();
  const where = useWhere();
  const list = useQuery({ queryKey: [apiKeysPath, 'of', user], queryFn: ({ signal }) => apiKeys.of(user, signal) });
  if (list.isError) return <Alert isInline isLiveRegion variant="danger" title={errorText(list.error)} />;
  if (!list.data) return <Skeleton screenreaderText={text.common.loading} />;
  if (list.data.length === 0) return <Content component="p">{empty}</Content>;
  const newestFirst = [...list.data].sort((a, b) => rank(a) - rank(b) || b.created_at.localeCompare(a.created_at));
  return (
    <>
      <Table aria-label={words.title} variant="compact" gridBreakPoint="grid-lg">
        <Thead>
          <Tr>
            <Th>{text.common.name}</Th><Th>{words.state}</Th><Th>{words.may}</Th><Th>{words.where}</Th><Th>{words.lastUsed}</Th><Th>{words.expires}</Th>
            {mayRevoke && <Th screenReaderText={text.table.actions} />}
          </Tr>
        </Thead>
        <Tbody>
          {newestFirst.map((key) => (
            <Tr key={key.id}>
              <Td dataLabel={text.common.name} modifier="breakWord"><bdi>{key.name}</bdi></Td>
              <Td dataLabel={words.state} modifier="nowrap"><KeyState apiKey={key} /></Td>
              <Td dataLabel={words.may}>{mayText(key)}</Td>
              <Td dataLabel={words.where} modifier="breakWord">{where(key)}</Td>
              <Td dataLabel={words.lastUsed}><LastUse apiKey={key} /></Td>
              <Td dataLabel={words.expires}><Time value={key.expires_at} absent={words.never} /></Td>
              {mayRevoke && (
                <Td isActionCell>
                  {key.state === 'active' && (
                    <Button variant="link" isInline isDanger aria-label={words.revokeOf(key.name)} onClick={() => setGoing(key)}>{words.revoke}</Button>
                  )}
                </Td>
              )}
            </Tr>
          ))}
        </Tbody>
      </Table>
      {going && <RevokeKey apiKey={going} onClose={() => setGoing(undefined)} />}
    </>
  );
}

function rank(key: ApiKey): number {
  return key.state === 'active' ? 0 : 1;
}
