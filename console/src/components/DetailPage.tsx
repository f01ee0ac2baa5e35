import { Breadcrumb, BreadcrumbItem } from '@patternfly/react-core/dist/esm/components/Breadcrumb';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { PageBreadcrumb, PageSection } from '@patternfly/react-core/dist/esm/components/Page';
import { Title } from '@patternfly/react-core/dist/esm/components/Title';
import { Flex, FlexItem } from '@patternfly/react-core/dist/esm/layouts/Flex';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { text } from '../app/messages';

const longestCrumb = 24;

export interface DetailPageProps {
  /** The list that it is one of. */
  list: { title: string; href: string };
  title: string;
  /** Stands beside the title: a state. */
  status?: ReactNode;
  /** A sentence under the title. */
  lead?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A breadcrumb does not wrap, and would push the page wider than a telephone; the whole name stands below it. */
function shortened(name: string): string {
  const signs = Array.from(name);
  return signs.length > longestCrumb ? `${signs.slice(0, longestCrumb - 1).join('')}…` : name;
}

/** The frame of a page about one thing: the way back, its name, what can be done, and the rest in sections. */
export function DetailPage({ list, title, status, lead, actions, children }: DetailPageProps) {
  return (
    <>
      <PageBreadcrumb>
        <Breadcrumb aria-label={text.common.breadcrumb}>
          <BreadcrumbItem render={({ className }) => <Link className={className} href={list.href}>{list.title}</Link>} />
          <BreadcrumbItem isActive>{shortened(title)}</BreadcrumbItem>
        </Breadcrumb>
      </PageBreadcrumb>
      <PageSection>
        <Flex justifyContent={{ default: 'justifyContentSpaceBetween' }}>
          <FlexItem>
            <Flex alignItems={{ default: 'alignItemsCenter' }} spaceItems={{ default: 'spaceItemsSm' }}>
              <FlexItem><Title headingLevel="h1">{title}</Title></FlexItem>
              {status && <FlexItem>{status}</FlexItem>}
            </Flex>
            {lead && <Content component="p">{lead}</Content>}
          </FlexItem>
          {actions && <FlexItem>{actions}</FlexItem>}
        </Flex>
      </PageSection>
      {children}
    </>
  );
}
