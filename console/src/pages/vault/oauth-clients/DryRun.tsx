import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { CodeBlock, CodeBlockCode } from '@patternfly/react-core/dist/esm/components/CodeBlock';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useMutation } from '@tanstack/react-query';
import { api } from '../../../api/client';
import { text } from '../../../app/messages';
import { retrieve as words } from '../../../app/messages/retrieve';
import { errorText } from '../../../components/FormError';
import { plannedLines } from './transcriptLines';

/** A button that shows what the next retrieval would send, or why it would send nothing. */
export function DryRun({ id }: { id: string }) {
  const run = useMutation({ mutationFn: () => api.post('/api/v1/oauth-clients/{id}/dry-run', { path: { id } }) });
  return (
    <Stack hasGutter>
      <StackItem>
        <Button variant="link" isInline onClick={() => run.mutate()} isDisabled={run.isPending} isLoading={run.isPending}
          spinnerAriaLabel={text.common.loading}>
          {words.dryRun}
        </Button>
      </StackItem>
      {run.error && (
        <StackItem><Alert isInline isLiveRegion variant="warning" title={words.dryRunFails}>{errorText(run.error)}</Alert></StackItem>
      )}
      {run.data && (
        <StackItem>
          <Alert isInline isLiveRegion variant="info" title={words.dryRunTitle}>
            <CodeBlock>
              <CodeBlockCode>
                {run.data.requests.map((planned) => plannedLines(planned).join('\n')).join(`\n\n${words.dryRunElse}\n`)}
              </CodeBlockCode>
            </CodeBlock>
          </Alert>
        </StackItem>
      )}
    </Stack>
  );
}
