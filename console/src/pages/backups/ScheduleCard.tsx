import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Card, CardBody, CardFooter, CardTitle } from '@patternfly/react-core/dist/esm/components/Card';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Progress } from '@patternfly/react-core/dist/esm/components/Progress';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client';
import { attentionPath, backupsPath, type Backups } from '../../api/safeKeeping';
import { text } from '../../app/messages';
import { backups as words } from '../../app/messages/backups';
import { Facts } from '../../components/Facts';
import { FormError } from '../../components/FormError';
import { Time } from '../../components/Time';
import { showToast } from '../../components/toastStore';

/** When backups are made by themselves, what went wrong last, and a way to make one now. */
export function ScheduleCard({ schedule }: { schedule: Backups['schedule'] }) {
  const queries = useQueryClient();
  const making = useMutation({
    mutationFn: () => api.post(backupsPath),
    onSuccess: () => showToast({ variant: 'success', title: words.done }),
    // A failure is part of the schedule's state, too.
    onSettled: () => Promise.all([backupsPath, attentionPath].map((path) => queries.invalidateQueries({ queryKey: [path] }))),
  });
  const { every_hours: hours, keep, last_failure: failure } = schedule;
  return (
    <Card>
      <CardTitle component="h2">{words.when}</CardTitle>
      <CardBody>
        <Stack hasGutter>
          {making.isError && <StackItem><FormError error={making.error} labels={{}} /></StackItem>}
          {failure && (
            <StackItem>
              <Alert isInline variant="danger" component="h3" title={words.lastFailure}>
                <Content component="p">{words.failingSince} <Time value={failure} />. {words.failingLog}</Content>
                <Content component="p">{words.lastFailureTodo}</Content>
              </Alert>
            </StackItem>
          )}
          <StackItem>
            <Facts label={words.scheduleFacts} facts={[
              [words.every, words.everyHours(hours)],
              [words.kept, words.keptLast(keep)],
              [words.next, <Time value={schedule.next_at} absent={words.soon} />],
            ]} />
          </StackItem>
          {making.isPending && (
            <StackItem>
              <Progress title={words.running} measureLocation="none" aria-label={words.running} />
              <Content component="p">{words.runningBody}</Content>
            </StackItem>
          )}
        </Stack>
      </CardBody>
      <CardFooter>
        <Button isLoading={making.isPending} isDisabled={making.isPending} spinnerAriaLabel={text.common.loading} onClick={() => making.mutate()}>
          {words.now}
        </Button>
      </CardFooter>
    </Card>
  );
}
