import { DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm } from '@patternfly/react-core/dist/esm/components/DescriptionList';
import type { ReactNode } from 'react';

/** What is known of one thing: a term and what it is. */
export type Fact = readonly [term: string, value: ReactNode];

export function Facts({ facts, label }: { facts: readonly Fact[]; label: string }) {
  return (
    <DescriptionList isHorizontal isCompact aria-label={label}>
      {facts.map(([term, value]) => (
        <DescriptionListGroup key={term}>
          <DescriptionListTerm>{term}</DescriptionListTerm>
          <DescriptionListDescription>{value}</DescriptionListDescription>
        </DescriptionListGroup>
      ))}
    </DescriptionList>
  );
}
