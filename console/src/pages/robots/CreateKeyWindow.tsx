import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Form } from '@patternfly/react-core/dist/esm/components/Form';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client';
import { text } from '../../app/messages';
import { restrictions as limitWords } from '../../app/messages/restrictions';
import { robots as words } from '../../app/messages/robots';
import { fieldError, FormError } from '../../components/FormError';
import { ResourceWindow } from '../../components/ResourceWindow';
import { RestrictionFields } from './RestrictionFields';
import { emptyDraft, isNumberOfUses, restrictionLabels, restrictionsOf } from './restrictions';
import type { Robot } from './RobotList';

const formId = 'robot-key-form';

export interface CreateKeyWindowProps {
  robot: Robot;
  onClose: () => void;
  /** The key itself, this once. */
  onMade: (key: string) => void;
}

/** Makes a key that counts only under some circumstances. */
export default function CreateKeyWindow({ robot, onClose, onMade }: CreateKeyWindowProps) {
  const [begun] = useState(emptyDraft);
  const [draft, setDraft] = useState(begun);
  const create = useMutation({
    mutationFn: () => api.post('/api/v1/robots/{id}/keys', { path: { id: robot.id }, body: { restrictions: restrictionsOf(draft) } }),
    // The value does not stay behind in this window.
    onSuccess: (made) => onMade(made.key),
  });
  const isSound = isNumberOfUses(draft.maxUses);
  return (
    <ResourceWindow
      title={words.createLimitedTitle} variant="medium" isDirty={!create.isSuccess && draft !== begun} onClose={onClose}
      footer={(close) => (
        <>
          <Button type="submit" form={formId} isDisabled={!isSound} isLoading={create.isPending} spinnerAriaLabel={text.common.loading}>
            {words.createKey}
          </Button>
          <Button variant="link" onClick={close}>{text.common.cancel}</Button>
        </>
      )}
    >
      <Content component="p">{limitWords.lead}</Content>
      <Form id={formId} onSubmit={(event) => {
        event.preventDefault();
        if (isSound && !create.isPending) create.mutate();
      }}>
        <FormError error={create.error} labels={restrictionLabels} />
        <RestrictionFields draft={draft} change={(part) => setDraft((now) => ({ ...now, ...part }))} project={robot.project}
          errorAt={(pointer) => fieldError(create.error, pointer, restrictionLabels)} />
      </Form>
    </ResourceWindow>
  );
}
