import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Card, CardBody, CardFooter, CardTitle } from '@patternfly/react-core/dist/esm/components/Card';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Title } from '@patternfly/react-core/dist/esm/components/Title';
import { Flex } from '@patternfly/react-core/dist/esm/layouts/Flex';
import { Grid, GridItem } from '@patternfly/react-core/dist/esm/layouts/Grid';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState, type ReactNode } from 'react';
import { api } from '../../../api/client';
import { usePermission } from '../../../api/session';
import { text } from '../../../app/messages';
import { secrets as words } from '../../../app/messages/secrets';
import { Facts } from '../../../components/Facts';
import { errorText } from '../../../components/FormError';
import { Question } from '../../../components/Question';
import { Time } from '../../../components/Time';
import { showToast } from '../../../components/toastStore';
import { ExpiryLabel } from '../target-systems/ExpiryLabel';
import { isNext, secretsPath, valuesOf, type Secret, type SecretValue } from './secretTypes';

const AddValueWindow = lazy(() => import('./AddValueWindow'));

/** The values side by side: which one robots get, and what can be done with the other. */
export function SecretValues({ secret }: { secret: Secret }) {
  const [open, setOpen] = useState<'add' | 'drop'>();
  const queries = useQueryClient();
  const mayChange = usePermission('configure', secret.project);
  const { current, other } = valuesOf(secret);
  const path = { id: secret.id, value: other?.id ?? '' };
  const changed = () => Promise.all([secretsPath, '/api/v1/audit-events'].map((list) => queries.invalidateQueries({ queryKey: [list] })));
  const promote = useMutation({
    mutationFn: () => api.post('/api/v1/secrets/{id}/values/{value}/make-current', { path }),
    onSuccess: () => showToast({ title: words.madeCurrent, body: words.madeCurrentBody }),
    onError: (error) => showToast({ variant: 'danger', title: words.notChanged, body: errorText(error) }),
    onSettled: changed,
  });
  const drop = async () => {
    await api.delete('/api/v1/secrets/{id}/values/{value}', { path });
    showToast({ title: words.dropped });
    await changed();
  };
  const waits = other !== undefined && isNext(other, current);
  return (
    <Stack hasGutter>
      <StackItem>
        <Title headingLevel="h2">{words.values}</Title>
        <Content component="p">{words.valuesLead}</Content>
      </StackItem>
      <StackItem>
        <Grid hasGutter>
          {current && <GridItem lg={6}><ValueCard value={current} title={words.current}>{words.currentBody}</ValueCard></GridItem>}
          {other && (
            <GridItem lg={6}>
              <ValueCard value={other} title={waits ? words.next : words.before} footer={mayChange && (
                <Flex>
                  <Button variant="secondary" isLoading={promote.isPending} isDisabled={promote.isPending} spinnerAriaLabel={text.common.loading}
                    onClick={() => promote.mutate()}>
                    {words.makeCurrent}
                  </Button>
                  <Button variant="secondary" isDanger onClick={() => setOpen('drop')}>{words.drop}</Button>
                </Flex>
              )}>
                {waits ? words.nextBody : words.beforeBody}
              </ValueCard>
            </GridItem>
          )}
        </Grid>
      </StackItem>
      {mayChange && (
        <StackItem>
          {other ? <Content component="p">{words.isFull}</Content>
            : <Button variant="secondary" onClick={() => setOpen('add')}>{words.addNext}</Button>}
        </StackItem>
      )}
      {open === 'add' && <Suspense><AddValueWindow secret={secret} onClose={() => setOpen(undefined)} /></Suspense>}
      {open === 'drop' && (
        <Question title={words.dropTitle} action={words.drop} run={drop} onClose={() => setOpen(undefined)}>
          {waits ? words.dropNext : words.dropBefore}
        </Question>
      )}
    </Stack>
  );
}

interface ValueCardProps {
  value: SecretValue;
  title: string;
  /** What robots get of it. */
  children: ReactNode;
  footer?: ReactNode;
}

function ValueCard({ value, title, children, footer }: ValueCardProps) {
  return (
    <Card isFullHeight isCompact component="section" aria-label={title}>
      <CardTitle component="h3">{title}</CardTitle>
      <CardBody>
        <Content component="p">{children}</Content>
        <Facts label={title} facts={[
          [words.storedAt, <Time value={value.created_at} />],
          [words.expires, value.expires_on ? <ExpiryLabel time={value.expires_on} /> : words.noExpiry],
          ...(value.subject ? [[words.subject, value.subject] as const] : []),
        ]} />
      </CardBody>
      {footer && <CardFooter>{footer}</CardFooter>}
    </Card>
  );
}
