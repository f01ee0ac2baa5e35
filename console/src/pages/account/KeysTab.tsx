import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { lazy, Suspense } from 'react';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useLocation, useRoute, useSearch } from 'wouter';
import { useSession } from '../../api/session';
import { useShortcut } from '../../app/shortcuts';
import { apiKeys as words } from '../../app/messages/apiKeys';
import { carry } from '../../app/url';
import { KeyTable } from '../api-keys/KeyTable';

const KeyWindow = lazy(() => import('./KeyWindow'));

const base = '/account/api-keys';

/** One's own API keys; nobody else makes keys in one's name. */
export default function KeysTab() {
  const { user } = useSession();
  const [, navigate] = useLocation();
  const search = useSearch();
  const [isAdding] = useRoute(`${base}/new`);
  const open = (address: string) => navigate(carry(address, search));
  const add = () => open(`${base}/new`);
  useShortcut('n', add);
  return (
    <Stack hasGutter>
      <StackItem><Content component="p">{words.leadOwn}</Content></StackItem>
      <StackItem><Button onClick={add}>{words.create}</Button></StackItem>
      <StackItem><KeyTable user={user.id} mayRevoke empty={words.emptyOwn} /></StackItem>
      <Suspense>{isAdding && <KeyWindow onClose={() => open(base)} />}</Suspense>
    </Stack>
  );
}
