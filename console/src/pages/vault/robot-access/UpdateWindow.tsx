import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core/dist/esm/components/Modal';
import { Spinner } from '@patternfly/react-core/dist/esm/components/Spinner';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId } from 'react';
import { text } from '../../../app/messages';
import { ruleStates as words } from '../../../app/messages/ruleStates';
import { errorText } from '../../../components/FormError';
import { showToast } from '../../../components/toastStore';
import { RuleList } from './RuleList';
import type { RuleValidity } from './ruleStates';

interface Changes<Rule> { changed: number; blocked: number; rules: Rule[] }

/** How rules of one kind are updated, or asked what would change, and what they are called. */
export interface RuleKind<Rule> {
  path: '/api/v1/robot-access' | '/api/v1/secret-access';
  update: (ids: string[], dryRun: boolean, signal?: AbortSignal) => Promise<Changes<Rule>>;
  nameOf(rule: Rule): string; // a method, because the window is loaded late and then knows only what all rules have
}

/** The most that the server takes at once. */
const atOnce = 200;

/** Updates them, or says what would change; one part after the other, so that a failure leaves the rest alone. */
async function update<Rule extends RuleValidity>(kind: RuleKind<Rule>, rules: Rule[], dryRun: boolean, signal?: AbortSignal): Promise<Changes<Rule>> {
  const sum: Changes<Rule> = { changed: 0, blocked: 0, rules: [] };
  for (let from = 0; from < rules.length; from += atOnce) {
    const said = await kind.update(rules.slice(from, from + atOnce).map((rule) => rule.id), dryRun, signal);
    sum.changed += said.changed;
    sum.blocked += said.blocked;
    sum.rules.push(...said.rules);
  }
  return sum;
}

interface Props<Rule> { kind: RuleKind<Rule>; rules: Rule[]; onClose: () => void }

/** Lets invalid rules count again, having said what that changes. `rules`: invalid ones, at least one. */
export default function UpdateWindow<Rule extends RuleValidity>({ kind, rules, onClose }: Props<Rule>) {
  const id = useId();
  const queries = useQueryClient();
  const preview = useQuery({
    queryKey: ['dry-run', 'update-to-latest', kind.path, ...rules.map((rule) => rule.id)], staleTime: 0, gcTime: 0,
    queryFn: ({ signal }) => update(kind, rules, true, signal),
  });
  const run = useMutation({
    mutationFn: () => update(kind, rules, false),
    onSuccess: ({ changed }) => {
      showToast({ title: words.updated(changed) });
      onClose();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: [kind.path] }),
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
              <RuleList rules={plan.rules} total={plan.changed} nameOf={kind.nameOf} />
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
