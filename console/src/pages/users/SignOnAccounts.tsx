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
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { request } from '../../api/client';
import { text } from '../../app/messages';
import { signOnAccounts as words } from '../../app/messages/signOnAccounts';
import { errorText } from '../../components/FormError';
import { Question } from '../../components/Question';
import { Time } from '../../components/Time';
import { showToast } from '../../components/toastStore';

/** An account of an OpenID provider that is this user. */
interface SignOnAccount {
  id: string;
  /** Null: there are no settings for its issuer any more. */
  provider: { id: string; label: string } | null;
  issuer: string;
  /** What the issuer knows the person by. */
  subject: string;
  created_at: string;
}

/** With which accounts elsewhere somebody signs in; each can be taken away from them. */
export function SignOnAccounts({ user }: { user: string }) {
  const path = `/api/v1/users/${user}/single-sign-on-accounts`;
  const [going, setGoing] = useState<SignOnAccount>();
  const queries = useQueryClient();
  const list = useQuery({
    queryKey: ['/api/v1/users', path], queryFn: ({ signal }) => request<{ items: SignOnAccount[] }>('GET', path, { signal }),
  });
  const unlink = async (account: SignOnAccount) => {
    await request<void>('DELETE', `${path}/${account.id}`);
    showToast({ title: words.unlinkedDone });
    await queries.invalidateQueries({ queryKey: ['/api/v1/users'] });
  };
  if (list.isError) return <Alert isInline isLiveRegion variant="danger" title={errorText(list.error)} />;
  if (!list.data) return <Skeleton screenreaderText={text.common.loading} />;
  if (list.data.items.length === 0) return <Content component="p">{words.none}</Content>;
  return (
    <>
      <Table aria-label={words.title} variant="compact" gridBreakPoint="grid-md">
        <Thead>
          <Tr><Th>{words.provider}</Th><Th>{words.subject}</Th><Th>{words.since}</Th><Th screenReaderText={text.table.actions} /></Tr>
        </Thead>
        <Tbody>
          {list.data.items.map((account) => (
            <Tr key={account.id}>
              <Td dataLabel={words.provider} modifier="breakWord">{account.provider?.label ?? account.issuer}</Td>
              <Td dataLabel={words.subject} modifier="breakWord"><bdi>{account.subject}</bdi></Td>
              <Td dataLabel={words.since}><Time value={account.created_at} /></Td>
              <Td isActionCell>
                <Button variant="link" isInline isDanger aria-label={words.unlinkOf(account.subject)} onClick={() => setGoing(account)}>
                  {words.unlink}
                </Button>
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
      {going && (
        <Question title={words.unlinkTitle(going.subject)} action={words.unlink} run={() => unlink(going)} onClose={() => setGoing(undefined)}>
          <p>{words.unlinkBody}</p>
        </Question>
      )}
    </>
  );
}
