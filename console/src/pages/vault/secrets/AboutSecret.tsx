import { Title } from '@patternfly/react-core/dist/esm/components/Title';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { text } from '../../../app/messages';
import { secrets as words } from '../../../app/messages/secrets';
import { Facts, type Fact } from '../../../components/Facts';
import { Time } from '../../../components/Time';
import type { Secret } from './secretTypes';

/** What is known of it; `children` are its values. */
export function AboutSecret({ secret, children }: { secret: Secret; children?: ReactNode }) {
  return (
    <Stack hasGutter>
      {children && <StackItem>{children}</StackItem>}
      <StackItem>
        <Stack hasGutter>
          <Title headingLevel="h2">{words.about}</Title>
          <Facts label={words.about} facts={factsOf(secret)} />
        </Stack>
      </StackItem>
    </Stack>
  );
}

function factsOf(secret: Secret): Fact[] {
  const owner = [secret.owner.name, secret.owner.email].filter(Boolean).join(', ');
  return [
    [words.kind, words.kinds[secret.kind]],
    [words.userName, <bdi>{secret.user_name || text.common.emptyValue}</bdi>],
    [words.project, <Link href={`/repository/projects/${secret.project}`}>{secret.project_name}</Link>],
    [words.targetSystem, <Link href={`/repository/vault/target-systems/${secret.target_system}`}>{secret.target_system_name}</Link>],
    ...(owner ? [[words.owner, owner] as const] : []),
    ...(secret.notes ? [[words.notes, secret.notes] as const] : []),
    [text.common.created, <Time value={secret.created_at} />],
    [text.common.changed, <Time value={secret.updated_at} />],
    [words.id, secret.id],
  ];
}
