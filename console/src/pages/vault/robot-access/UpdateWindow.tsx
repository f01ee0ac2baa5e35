import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core/dist/esm/components/Modal';
import { Spinner } from '@patternfly/react-core/dist/esm/components/Spinner';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId } from 'react';
import { api } from '../../../api/client';
import type { components } from '../../../api/schema';
import { text } from '../../../app/messages';
import { ruleStates as words } from '../../../app/messages/ruleStates';
import { errorText } from '../../../components/FormError';
import { showToast } from '../../../components/toastStore';
import { RuleList } from './RuleList';
import type { RobotAccess } from './rules';

type Changes = components['schemas']['RuleChanges'];

/** The most that the server takes at once. */
const atOnce = 200;

/** Updates them, or says what would change; one part after the other, so that a failure leaves the rest alone. */
async function update(rules: RobotAccess[], dryRun: boolean, signal?: AbortSignal): Promise<Changes> {
  const sum: Changes = { dry_run: dryRun, changed: 0, blocked: 0, rules: [] };
  for (let from = 0; from < rules.length; from += atOnce) {
    const ids = rules.slice(from, from + atOnce).map((rule) => rule.id);
    const said = await api.post('/api/v1/robot-access/update-to-latest', { query: { dry_run: dryRun }, body: { ids }, signal });
    sum.changed += said.changed;
    sum.blocked += said.blocked;
    sum.rules.push(...said.rules);
  }
  return sum;
}

/** Lets invalid rules count again, having said what that changes. `rules`: invalid ones, at least one. */
export default function UpdateWindow({ rules, onClose }: { rules: RobotAccess[]; onClose: () => void }) {
  const id = useId();
  const queries = useQueryClient();
  const preview = useQuery({
    queryKey: ['dry-run', 'update-to-latest', ...rules.map((rule) => rule.id)], staleTime: 0, gcTime: 0,
    queryFn: ({ signal }) => update(rules, true, signal),
  });
  const run = useMutation({
    mutationFn: () => update(rules, false),
    onSuccess: ({ changed }) => {
      showToast({ title: words.updated(changed) });
      onClose();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['/api/v1/robot-access'] }),
  });
  const plan = preview.data;
  const error = preview.error ?? run.error;
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby={`${id}-title`} aria-describedby={`${id}-body`}>
      <ModalHeader title={words.updateTitle(rules.length)} labelId={`${id}-title`} />
      <ModalBody id={`${id}-body`}>
        <Stack hasGutter>
          {preview.isPending && <StackItem><Spinner size="md" aria-label={words.asking} /></StackItem>}
          {error && <StackItem><Alert isInline isLiveRegion variant="danger" title={errorText(error)} /></StackItem>}
          {plan && (
            <StackItem>
              <p>{plan.changed === 0 ? words.updateNone : words.updateLead}</p>
              <RuleList rules={plan.rules} total={plan.changed} />
            </StackItem>
          )}
          {plan && plan.blocked > 0 && <StackItem><Alert isInline variant="warning" title={words.updateBlocked(plan.blocked)} /></StackItem>}
        </Stack>
      </ModalBody>
      <ModalFooter>
        <Button isDisabled={!plan || plan.changed === 0 || run.isPending} isLoading={run.isPending} spinnerAriaLabel={text.common.loading}
          onClick={() => run.mutate()}>
          {plan && plan.changed > 0 ? words.updateAction(plan.changed) : words.update}
        </Button>
        <Button variant="link" onClick={onClose}>{text.common.cancel}</Button>
      </ModalFooter>
    </Modal>
  );
}
