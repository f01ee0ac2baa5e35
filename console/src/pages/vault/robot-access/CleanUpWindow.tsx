import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Checkbox } from '@patternfly/react-core/dist/esm/components/Checkbox';
import { FormSelect, FormSelectOption } from '@patternfly/react-core/dist/esm/components/FormSelect';
import { Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core/dist/esm/components/Modal';
import { Spinner } from '@patternfly/react-core/dist/esm/components/Spinner';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { request, type QueryValues } from '../../../api/client';
import type { components } from '../../../api/schema';
import { text } from '../../../app/messages';
import { ruleStates as words } from '../../../app/messages/ruleStates';
import { errorText } from '../../../components/FormError';
import { showToast } from '../../../components/toastStore';
import { RuleList } from './RuleList';
import { ruleName } from './rules';
import { unusedDays, unusedSince } from './ruleStates';

type Changes = components['schemas']['RuleChanges'];

const path = '/api/v1/robot-access';

function remove(query: QueryValues, isDryRun: boolean, signal?: AbortSignal): Promise<Changes> {
  return request<Changes>('DELETE', path, { query: { ...query, dry_run: isDryRun || undefined }, signal });
}

interface Choice {
  isInvalid: boolean;
  isUnused: boolean;
  days: number;
}

/** What is asked for, one after the other: rules that are both go with the first. */
function queriesOf(query: QueryValues, choice: Choice, now: number): QueryValues[] {
  return [
    ...(choice.isInvalid ? [{ ...query, valid: false }] : []),
    // Those that are invalid too are counted above already.
    ...(choice.isUnused ? [{ ...query, unused_since: unusedSince(choice.days, now), ...(choice.isInvalid && { valid: true }) }] : []),
  ];
}

async function removeAll(asked: QueryValues[], isDryRun: boolean, signal?: AbortSignal): Promise<Changes> {
  const sum: Changes = { dry_run: isDryRun, changed: 0, blocked: 0, rules: [] };
  for (const query of asked) {
    const said = await remove(query, isDryRun, signal);
    sum.changed += said.changed;
    sum.rules.push(...said.rules);
  }
  return sum;
}

/** Takes invalid and unused rules away together, having counted and named them. `query`: which of them at all. */
export default function CleanUpWindow({ query, onClose }: { query: QueryValues; onClose: () => void }) {
  const id = useId();
  const queries = useQueryClient();
  const [now] = useState(Date.now);
  const [choice, setChoice] = useState<Choice>({ isInvalid: true, isUnused: false, days: unusedDays[1] });
  const asked = queriesOf(query, choice, now);
  const preview = useQuery({
    queryKey: ['dry-run', path, asked], staleTime: 0, gcTime: 0, queryFn: ({ signal }) => removeAll(asked, true, signal),
  });
  const run = useMutation({
    mutationFn: () => removeAll(asked, false),
    onSuccess: ({ changed }) => {
      showToast({ title: words.cleaned(changed) });
      onClose();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: [path] }),
  });
  const plan = preview.data;
  const error = preview.error ?? run.error;
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby={`${id}-title`} aria-describedby={`${id}-body`}>
      <ModalHeader title={words.cleanUpTitle} labelId={`${id}-title`} titleIconVariant="warning" />
      <ModalBody id={`${id}-body`}>
        <Stack hasGutter>
          <StackItem>{words.cleanUpLead}</StackItem>
          <StackItem><Choices id={id} choice={choice} change={(part) => setChoice({ ...choice, ...part })} /></StackItem>
          {preview.isPending && <StackItem><Spinner size="md" aria-label={words.asking} /></StackItem>}
          {error && <StackItem><Alert isInline isLiveRegion variant="danger" title={errorText(error)} /></StackItem>}
          {plan && <StackItem>{plan.changed === 0 ? words.cleanNone : <RuleList rules={plan.rules} total={plan.changed} nameOf={ruleName} />}</StackItem>}
          <StackItem>{words.final}</StackItem>
        </Stack>
      </ModalBody>
      <ModalFooter>
        <Button variant="danger" isDisabled={!plan || plan.changed === 0 || run.isPending} isLoading={run.isPending}
          spinnerAriaLabel={text.common.loading} onClick={() => run.mutate()}>
          {words.cleanAction(plan?.changed ?? 0)}
        </Button>
        <Button variant="link" onClick={onClose}>{text.common.cancel}</Button>
      </ModalFooter>
    </Modal>
  );
}

function Choices({ id, choice, change }: { id: string; choice: Choice; change: (part: Partial<Choice>) => void }) {
  return (
    <Stack hasGutter>
      <StackItem>
        <Checkbox id={`${id}-invalid`} label={words.cleanInvalid} description={words.cleanInvalidHelp} isChecked={choice.isInvalid}
          onChange={(_, isInvalid) => change({ isInvalid })} />
      </StackItem>
      <StackItem>
        <Checkbox id={`${id}-unused`} label={words.cleanUnused} description={words.cleanUnusedHelp} isChecked={choice.isUnused}
          onChange={(_, isUnused) => change({ isUnused })} />
      </StackItem>
      {choice.isUnused && (
        <StackItem>
          <FormSelect aria-label={words.cleanDays} value={choice.days} onChange={(_, days) => change({ days: Number(days) })}>
            {unusedDays.map((days) => <FormSelectOption key={days} value={days} label={`${words.cleanDays} ${words.days(days)}`} />)}
          </FormSelect>
        </StackItem>
      )}
    </Stack>
  );
}
