import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Card, CardBody, CardFooter, CardTitle } from '@patternfly/react-core/dist/esm/components/Card';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Flex, FlexItem } from '@patternfly/react-core/dist/esm/layouts/Flex';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useMutation } from '@tanstack/react-query';
import { api } from '../../api/client';
import { text } from '../../app/messages';
import { singleSignOn as words } from '../../app/messages/singleSignOn';
import { whoMustAct } from '../../app/messages/whoMustAct';
import { FormError } from '../../components/FormError';
import type { SignOnProvider } from './SingleSignOnPage';

interface ProviderCardProps {
  provider: SignOnProvider;
  onEdit: () => void;
  onDelete: () => void;
}

/** One provider, and what a test of it found. */
export function ProviderCard({ provider, onEdit, onDelete }: ProviderCardProps) {
  const test = useMutation({
    mutationFn: () => api.post('/api/v1/single-sign-on/{id}/test', { path: { id: provider.id } }),
  });
  const found = test.data;
  return (
    <Card>
      <CardTitle component="h2">{provider.label}</CardTitle>
      <CardBody>
        <Stack hasGutter>
          <StackItem><Content component="p">{provider.issuer}</Content></StackItem>
          {test.isError && <StackItem><FormError error={test.error} labels={{}} /></StackItem>}
          {found?.ok && (
            <StackItem>
              <Alert isInline isLiveRegion variant="success" component="h3" title={words.testGood(found.keys)}>{words.testGoodBody}</Alert>
            </StackItem>
          )}
          {found && !found.ok && (
            <StackItem>
              <Alert isInline isLiveRegion variant="danger" component="h3" title={words.testBad}>
                <Content component="p">{found.message}</Content>
                <Content component="p">{whoMustAct[found.who_must_act as keyof typeof whoMustAct]}</Content>
              </Alert>
            </StackItem>
          )}
        </Stack>
      </CardBody>
      <CardFooter>
        <Flex>
          <FlexItem>
            <Button variant="secondary" isLoading={test.isPending} spinnerAriaLabel={text.common.loading}
              aria-label={`${words.test} ${provider.label}`} onClick={() => test.mutate()}>
              {words.test}
            </Button>
          </FlexItem>
          <FlexItem>
            <Button variant="link" isInline aria-label={`${text.common.edit} ${provider.label}`} onClick={onEdit}>{text.common.edit}</Button>
          </FlexItem>
          <FlexItem>
            <Button variant="link" isInline isDanger aria-label={`${text.common.delete} ${provider.label}`} onClick={onDelete}>
              {text.common.delete}
            </Button>
          </FlexItem>
        </Flex>
      </CardFooter>
    </Card>
  );
}
