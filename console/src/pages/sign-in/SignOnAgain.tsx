import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { useSession } from '../../api/session';
import { stepUp as words } from '../../app/messages/stepUp';

/** Where the browser comes back to in the tab that it goes through the provider in. */
const cameBackTo = '/account/sign-in';

/** Leads through the organisation's provider in another tab, so that this one keeps what is waiting. */
export function SignOnAgain() {
  const { sign_on_provider: provider } = useSession();
  const ways = useQuery({ queryKey: ['/api/v1/sign-in-ways'], queryFn: ({ signal }) => api.get('/api/v1/sign-in-ways', { signal }) });
  if (!provider) return <Content component="p">{words.anew}</Content>;
  const label = ways.data?.single_sign_on.find((way) => way.id === provider)?.label;
  return (
    <Stack hasGutter>
      <StackItem><Content component="p">{words.signOn}</Content></StackItem>
      <StackItem>
        <Button variant="secondary" isBlock component="a" target="_blank" rel="noopener"
          href={`/sign-in/single-sign-on/${provider}?step_up=1&return=${encodeURIComponent(cameBackTo)}`}>
          {label ? words.signOnAt(label) : words.signOnAgain}
        </Button>
      </StackItem>
    </Stack>
  );
}
