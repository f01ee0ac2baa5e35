import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useEffect, useState } from 'react';
import { request } from '../../api/client';
import type { components } from '../../api/schema';
import { signOnButtons as words } from '../../app/messages/singleSignOn';

const newTab = { target: '_blank', rel: 'noopener' };

type Ways = components['schemas']['SignInWays'];

/**
 * A button for each OpenID provider, as items of a Stack. Without an answer there are none: name and password always work.
 * `opensTab`: the page that they stand on stays.
 */
export default function SignOnButtons({ opensTab = false }: { opensTab?: boolean }) {
  const [ways, setWays] = useState<Ways['single_sign_on']>([]);
  useEffect(() => {
    request<Ways>('GET', '/api/v1/sign-in-ways', { bare: true }).then((found) => setWays(found.single_sign_on), () => undefined);
  }, []);
  return ways.map(({ id, label }) => (
    <StackItem key={id}>
      <Button variant="secondary" isBlock component="a" href={`/sign-in/single-sign-on/${id}`} {...(opensTab ? newTab : {})}>
        {words.with(label)}
      </Button>
    </StackItem>
  ));
}
