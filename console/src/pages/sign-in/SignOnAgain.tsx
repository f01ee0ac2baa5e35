import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useEffect, useState } from 'react';
import { request } from '../../api/client';
import type { components } from '../../api/schema';
import { stepUp as words } from '../../app/messages/stepUp';

type Ways = components['schemas']['SignInWays'];

/** Where the browser comes back to in the tab that it goes through the provider in. */
const cameBackTo = '/account/sign-in';

/** Leads through the organisation's provider in another tab, so that this one keeps what is waiting. */
export function SignOnAgain() {
  const [ways, setWays] = useState<Ways['single_sign_on']>([]);
  useEffect(() => {
    request<Ways>('GET', '/api/v1/sign-in-ways', { bare: true }).then((found) => setWays(found.single_sign_on), () => undefined);
  }, []);
  return (
    <Stack hasGutter>
      <StackItem><Content component="p">{words.signOn}</Content></StackItem>
      {ways.map(({ id, label }) => (
        <StackItem key={id}>
          <Button variant="secondary" isBlock component="a" target="_blank" rel="noopener"
            href={`/sign-on/${id}?step_up=1&return=${encodeURIComponent(cameBackTo)}`}>
            {words.signOnAt(label)}
          </Button>
        </StackItem>
      ))}
    </Stack>
  );
}
