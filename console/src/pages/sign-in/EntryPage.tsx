import { Card, CardBody, CardTitle } from '@patternfly/react-core/dist/esm/components/Card';
import { Masthead, MastheadMain } from '@patternfly/react-core/dist/esm/components/Masthead';
import { Page, PageSection } from '@patternfly/react-core/dist/esm/components/Page';
import { Title } from '@patternfly/react-core/dist/esm/components/Title';
import { Grid, GridItem } from '@patternfly/react-core/dist/esm/layouts/Grid';
import type { ReactNode } from 'react';
import { text } from '../../app/messages';
import { Brand } from '../../components/Brand';

/** The frame of what is shown before the console: signing in, choosing a password. */
export function EntryPage({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  return (
    <Page masthead={<Masthead><MastheadMain><Brand /></MastheadMain></Masthead>} mainAriaLabel={text.product} isContentFilled>
      <PageSection isFilled>
        <Grid>
          <GridItem span={12} md={8} mdOffset={2} lg={6} lgOffset={3} xl={4} xlOffset={4}>
            <Card>
              <CardTitle><Title headingLevel="h1">{title}</Title></CardTitle>
              {lead && <CardBody>{lead}</CardBody>}
              <CardBody>{children}</CardBody>
            </Card>
          </GridItem>
        </Grid>
      </PageSection>
    </Page>
  );
}
