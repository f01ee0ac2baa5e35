import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Checkbox } from '@patternfly/react-core/dist/esm/components/Checkbox';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Form } from '@patternfly/react-core/dist/esm/components/Form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { api } from '../../../api/client';
import { text } from '../../../app/messages';
import { secrets as words } from '../../../app/messages/secrets';
import { fieldError, FormError } from '../../../components/FormError';
import { ResourceWindow } from '../../../components/ResourceWindow';
import { showToast } from '../../../components/toastStore';
import { secretsPath, type Secret } from './secretTypes';
import { emptyValue, inputOf, isEntered, valueOf } from './valueDraft';
import { ValueFields, valueLabels } from './ValueFields';

const formId = 'add-value-form';

/** Stores another value beside the one that is there. */
export default function AddValueWindow({ secret, onClose }: { secret: Secret; onClose: () => void }) {
  const id = useId();
  const [value, setValue] = useState(emptyValue);
  const [isCurrent, setCurrent] = useState(false);
  const queries = useQueryClient();
  const { kind } = secret;
  const labels = valueLabels(kind);
  const save = useMutation({
    mutationFn: () => api.post('/api/v1/secrets/{id}/values', {
      path: { id: secret.id }, body: { ...inputOf(kind, value), make_current: isCurrent },
    }),
    onSuccess: async () => {
      // The value does not stay behind in this window.
      setValue(emptyValue);
      showToast(isCurrent ? { title: words.nextCurrent, body: words.madeCurrentBody } : { title: words.nextAdded, body: words.nextAddedBody });
      onClose();
      await queries.invalidateQueries({ queryKey: [secretsPath] });
      await queries.invalidateQueries({ queryKey: ['/api/v1/audit-events'] });
    },
    gcTime: 0,
  });
  const isComplete = valueOf(kind, value) !== '';
  return (
    <ResourceWindow
      title={words.addNextTitle(secret.label)} variant="small" isDirty={!save.isSuccess && isEntered(value)} onClose={onClose}
      footer={(close) => (
        <>
          <Button type="submit" form={formId} isDisabled={!isComplete} isLoading={save.isPending} spinnerAriaLabel={text.common.loading}>
            {text.common.add}
          </Button>
          <Button variant="link" onClick={close}>{text.common.cancel}</Button>
        </>
      )}
    >
      <Content component="p">{words.addNextBody}</Content>
      <Form id={formId} onSubmit={(event) => {
        event.preventDefault();
        if (isComplete && !save.isPending) save.mutate();
      }}>
        <FormError error={save.error} labels={labels} />
        <ValueFields kind={kind} draft={value} change={(part) => setValue((now) => ({ ...now, ...part }))}
          errorAt={(pointer) => fieldError(save.error, pointer, labels)} />
        <Checkbox id={`${id}-current`} label={words.makeAtOnce} description={words.makeAtOnceHint} isChecked={isCurrent}
          onChange={(_, next) => setCurrent(next)} />
      </Form>
    </ResourceWindow>
  );
}
