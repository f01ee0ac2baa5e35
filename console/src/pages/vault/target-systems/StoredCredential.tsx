import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import {
  DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm,
} from '@patternfly/react-core/dist/esm/components/DescriptionList';
import { Flex, FlexItem } from '@patternfly/react-core/dist/esm/layouts/Flex';
import type { ReactNode } from 'react';
import { targetSystems as targetSystemsWords } from '../../../app/messages/targetSystems';
import { Time } from '../../../components/Time';
import { ExpiryLabel } from './ExpiryLabel';

const words = targetSystemsWords;

export interface StoredCredentialProps {
  id: string;
  /** Of a certificate: whose it is. */
  subject?: string;
  createdAt: string;
  acceptedAt: string | null;
  expires: string | null;
  /** What can be done with it. */
  actions?: ReactNode;
}

/** What is known of a stored secret, key or certificate; never the thing itself. */
export function StoredCredential({ id, subject, createdAt, acceptedAt, expires, actions }: StoredCredentialProps) {
  const facts: [string, ReactNode][] = [
    ...(subject ? [[words.subject, subject] as [string, ReactNode]] : []),
    [words.expires, expires ? <ExpiryLabel key="e" time={expires} /> : words.expiresUnknown],
    [words.since, <Time key="c" value={createdAt} />],
    [words.accepted, <Time key="a" value={acceptedAt} absent={words.acceptedNever} />],
    [words.id, id],
  ];
  return (
    <Flex direction={{ default: 'column' }} spaceItems={{ default: 'spaceItemsSm' }}>
      <FlexItem>
        <DescriptionList isCompact columnModifier={{ default: '1Col', md: '2Col' }} aria-label={words.stored(id)}>
          {facts.map(([term, value]) => (
            <DescriptionListGroup key={term}>
              <DescriptionListTerm>{term}</DescriptionListTerm>
              <DescriptionListDescription>{value}</DescriptionListDescription>
            </DescriptionListGroup>
          ))}
        </DescriptionList>
      </FlexItem>
      {actions && <FlexItem>{actions}</FlexItem>}
    </Flex>
  );
}

/** A link-like button below a stored credential. */
export function StoredAction({ label, onClick, isDanger }: { label: string; onClick: () => void; isDanger?: boolean }) {
  return <Button variant="link" isInline isDanger={isDanger} onClick={onClick}>{label}</Button>;
}
