import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { ExpandableSection } from '@patternfly/react-core/dist/esm/components/ExpandableSection';
import { Form, FormSection } from '@patternfly/react-core/dist/esm/components/Form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { api } from '../../../api/client';
import { text } from '../../../app/messages';
import { restrictions as limitWords } from '../../../app/messages/restrictions';
import { robotIdentities as words } from '../../../app/messages/robotIdentities';
import { fieldError, FormError } from '../../../components/FormError';
import { ResourceWindow } from '../../../components/ResourceWindow';
import { showToast } from '../../../components/toastStore';
import { RestrictionFields } from '../RestrictionFields';
import { emptyDraft, isNumberOfUses, restrictionLabels, restrictionsOf } from '../restrictions';
import type { Robot } from '../RobotList';
import type { IdentityInput } from './identity';

const formId = 'robot-identity-form';

export interface IdentityFormProps {
  robot: Robot;
  title: string;
  lead: string;
  /** What is sent besides the limits; undefined: something is missing yet. */
  identity: IdentityInput | undefined;
  isDirty: boolean;
  /** The labels of `children`'s fields, by JSON pointer. */
  labels: Record<string, string>;
  /** Brings a field into view where it may be folded away. */
  reveal?: (pointer: string) => void;
  onClose: () => void;
  children: (errorAt: (pointer: string) => string | undefined) => ReactNode;
}

/** The window that adds a way in without a key, whichever: its fields, the limits, and what the server says to them. */
export function IdentityForm({ robot, title, lead, identity, isDirty, labels: ownLabels, reveal, onClose, children }: IdentityFormProps) {
  const [begun] = useState(emptyDraft);
  const [limits, setLimits] = useState(begun);
  const [isLimiting, setLimiting] = useState(false);
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (body: IdentityInput) =>
      api.post('/api/v1/robots/{id}/identities', { path: { id: robot.id }, body: { ...body, restrictions: restrictionsOf(limits) } }),
    onSuccess: async () => {
      showToast({ title: words.added });
      onClose();
      await queries.invalidateQueries({ queryKey: ['/api/v1/robots'] });
    },
  });
  const labels = { ...ownLabels, ...restrictionLabels };
  const errorAt = (pointer: string) => fieldError(save.error, pointer, labels);
  const isComplete = identity !== undefined && isNumberOfUses(limits.maxUses);
  return (
    <ResourceWindow
      title={title} isDirty={!save.isSuccess && (isDirty || limits !== begun)} onClose={onClose}
      footer={(close) => (
        <>
          <Button type="submit" form={formId} isDisabled={!isComplete} isLoading={save.isPending} spinnerAriaLabel={text.common.loading}>
            {text.common.add}
          </Button>
          <Button variant="link" onClick={close}>{text.common.cancel}</Button>
        </>
      )}
    >
      <Content component="p">{lead}</Content>
      <Form id={formId} onSubmit={(event) => {
        event.preventDefault();
        if (isComplete && !save.isPending) save.mutate(identity);
      }}>
        <FormError error={save.error} labels={labels} reveal={(pointer) => (pointer in restrictionLabels ? setLimiting(true) : reveal?.(pointer))} />
        {children(errorAt)}
        <ExpandableSection isIndented isExpanded={isLimiting} onToggle={(_, open) => setLimiting(open)} toggleText={words.limits}>
          {isLimiting && (
            <FormSection>
              <Content component="p">{limitWords.lead}</Content>
              <RestrictionFields draft={limits} change={(part) => setLimits((now) => ({ ...now, ...part }))} project={robot.project} errorAt={errorAt} />
            </FormSection>
          )}
        </ExpandableSection>
      </Form>
    </ResourceWindow>
  );
}
