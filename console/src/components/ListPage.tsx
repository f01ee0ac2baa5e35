import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { PageSection } from '@patternfly/react-core/dist/esm/components/Page';
import { Title } from '@patternfly/react-core/dist/esm/components/Title';
import type { ReactNode } from 'react';

/** The frame of a page: its heading, a sentence of what it is about, and the page itself. */
export function ListPage({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  return (
    <>
      <PageSection>
        <Title headingLevel="h1">{title}</Title>
        {lead && <Content component="p">{lead}</Content>}
      </PageSection>
      <PageSection isFilled>{children}</PageSection>
    </>
  );
}
