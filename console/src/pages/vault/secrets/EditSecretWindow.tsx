import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Form } from '@patternfly/react-core/dist/esm/components/Form';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../../api/client';
import { isProblem } from '../../../api/problem';
import { usePermission } from '../../../api/session';
import { text } from '../../../app/messages';
import { permissions } from '../../../app/messages/permissions';
import { secrets as words } from '../../../app/messages/secrets';
import { Field } from '../../../components/Field';
import { fieldError, FormError } from '../../../components/FormError';
import { ResourceWindow } from '../../../components/ResourceWindow';
import { showToast } from '../../../components/toastStore';
import { NameFields, PeopleFields } from './AboutFields';
import { bodyOf, fieldsOf, isSame, labels } from './secretFields';
import { secretsPath, type Secret } from './secretTypes';

const formId = 'edit-secret-form';

export interface EditSecretWindowProps {
  secret: Secret;
  reload: () => void;
  onClose: () => void;
  /** Goes to where its value can be replaced; left out where that is in sight. */
  onReplace?: () => void;
}

/** Changes what is known of a secret. Its value stays where it is. Give it the revision as its key. */
export function EditSecretWindow({ secret, reload, onClose, onReplace }: EditSecretWindowProps) {
  const before = fieldsOf(secret);
  const [fields, setFields] = useState(before);
  const queries = useQueryClient();
  const lacks = usePermission('configure', secret.project) ? undefined : permissions.missing('configure');
  const save = useMutation({
    mutationFn: () => api.patch('/api/v1/secrets/{id}', { path: { id: secret.id }, revision: secret.revision, body: bodyOf(fields) }),
    onSuccess: async (saved) => {
      showToast({ title: words.saved(saved.label) });
      onClose();
      await queries.invalidateQueries({ queryKey: [secretsPath] });
    },
  });
  const isDirty = !save.isSuccess && !isSame(fields, before);
  const errorAt = (pointer: string) => fieldError(save.error, pointer, labels);
  const about = { fields, change: (part: Partial<typeof fields>) => setFields((now) => ({ ...now, ...part })), errorAt };
  const fixed = (pointer: string, label: string, value: string, hint: string, error?: string) => (
    <Field pointer={pointer} label={label} hint={hint} error={error}>
      {(control) => <TextInput {...control} value={value} readOnlyVariant="default" />}
    </Field>
  );
  return (
    <ResourceWindow
      title={words.edit(secret.label)} variant="small" isDirty={isDirty} onClose={onClose}
      footer={(close) => (
        <>
          <Button type="submit" form={formId} isDisabled={!isDirty || fields.label.trim() === '' || lacks !== undefined} isLoading={save.isPending}
            spinnerAriaLabel={text.common.loading}>
            {text.common.save}
          </Button>
          {isProblem(save.error, 'precondition_failed') && <Button variant="secondary" onClick={reload}>{text.common.reload}</Button>}
          <Button variant="link" onClick={close}>{text.common.cancel}</Button>
        </>
      )}
    >
      <Form id={formId} onSubmit={(event) => {
        event.preventDefault();
        if (isDirty && !save.isPending) save.mutate();
      }}>
        <FormError error={save.error} labels={labels} />
        {fixed('/project', words.project, secret.project_name, words.projectFixed, lacks)}
        {fixed('/target_system', words.targetSystem, secret.target_system_name, words.systemFixed)}
        {fixed('/kind', words.kind, words.kinds[secret.kind], words.kindFixed)}
        <NameFields {...about} />
        {/* Dots, of which nobody can count a length. */}
        {fixed('/value', words.value[secret.kind], '••••••••', words.storedValue)}
        {onReplace && <div><Button variant="link" isInline onClick={onReplace}>{words.replaceIt}</Button></div>}
        <PeopleFields {...about} />
      </Form>
    </ResourceWindow>
  );
}
