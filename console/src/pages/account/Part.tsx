import { Card, CardBody, CardFooter, CardTitle } from '@patternfly/react-core/dist/esm/components/Card';
import { Title } from '@patternfly/react-core/dist/esm/components/Title';
import { Flex } from '@patternfly/react-core/dist/esm/layouts/Flex';
import type { ReactNode } from 'react';

export interface PartProps {
  title: string;
  /** Stands beside the title: a state. */
  status?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** One matter of the account, with what can be done about it. */
export function Part({ title, status, actions, children }: PartProps) {
  return (
    <Card>
      <CardTitle>
        <Flex alignItems={{ default: 'alignItemsCenter' }} spaceItems={{ default: 'spaceItemsSm' }}>
          <Title headingLevel="h2">{title}</Title>
          {status}
        </Flex>
      </CardTitle>
      <CardBody>{children}</CardBody>
      {actions && <CardFooter><Flex>{actions}</Flex></CardFooter>}
    </Card>
  );
}
