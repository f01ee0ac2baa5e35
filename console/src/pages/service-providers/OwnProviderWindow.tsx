import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { FileUpload } from '@patternfly/react-core/dist/esm/components/FileUpload';
import { Form } from '@patternfly/react-core/dist/esm/components/Form';
import { Skeleton } from '@patternfly/react-core/dist/esm/components/Skeleton';
import { TextArea } from '@patternfly/react-core/dist/esm/components/TextArea';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { ApiError, isProblem } from '../../api/problem';
import { idIn, placeIn, providersPath, putProviderFile, readProviderFile, type ProviderFile } from '../../api/serviceProviders';
import { text } from '../../app/messages';
import { serviceProviders as words } from '../../app/messages/serviceProviders';
import { Field } from '../../components/Field';
import { errorText, FormError } from '../../components/FormError';
import { ResourceWindow } from '../../components/ResourceWindow';
import { showToast } from '../../components/toastStore';

const shownLines = 18;

/** The window for `/administration/service-providers/new` and `/administration/service-providers/{id}`. */
export default function OwnProviderWindow({ id, onClose }: { id: string; onClose: () => void }) {
  const isNew = id === 'new';
  const file = useQuery({
    queryKey: [providersPath, id, 'file'], enabled: !isNew, staleTime: Infinity, gcTime: 0, refetchOnWindowFocus: false,
    queryFn: () => readProviderFile(id),
  });
  if (isNew) return <ProviderForm onClose={onClose} />;
  // Another revision was asked for: begin afresh with it.
  if (file.data) return <ProviderForm key={file.data.revision} id={id} file={file.data} reload={() => void file.refetch()} onClose={onClose} />;
  return (
    <ResourceWindow title={words.edit(id)} variant="large" onClose={onClose}
      footer={(close) => <Button variant="link" onClick={close}>{text.common.close}</Button>}>
      {file.isError ? <FormError error={file.error} labels={{}} /> : <Skeleton screenreaderText={text.common.loading} />}
    </ResourceWindow>
  );
}

interface ProviderFormProps {
  /** Left out, both: a new one. */
  id?: string;
  file?: ProviderFile;
  reload?: () => void;
  onClose: () => void;
}

function ProviderForm({ id, file, reload, onClose }: ProviderFormProps) {
  const before = file?.text ?? '';
  const [json, setJson] = useState(before);
  const formId = useId();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () => putProviderFile(id ?? idIn(json), json, file?.revision),
    onSuccess: async ({ name }) => {
      showToast({ title: words.saved(name) });
      onClose();
      // Target systems may be held now.
      await queries.invalidateQueries();
    },
  });
  const isDirty = !save.isSuccess && json !== before;
  return (
    <ResourceWindow
      title={id ? words.edit(id) : words.add} description={words.about} variant="large" isDirty={isDirty} onClose={onClose}
      footer={(close) => (
        <>
          <Button type="submit" form={formId} isDisabled={!isDirty} isLoading={save.isPending} spinnerAriaLabel={text.common.loading}>
            {id ? text.common.save : text.common.add}
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
        {save.error && <WhatIsWrong error={save.error} json={json} />}
        <Field pointer="" label={words.file} hint={id ? words.held : words.fileHint} isRequired>
          {(control) => (
            <FileUpload
              id={`${control.id}-drop`} type="text" value={json} filename="" filenamePlaceholder={words.choose} filenameAriaLabel={words.choose}
              browseButtonText={words.browse} clearButtonText={words.clear} hideDefaultPreview
              onDataChange={(_, data) => setJson(data)} onClearClick={() => setJson('')}
            >
              <TextArea {...control} validated={save.error ? 'error' : 'default'} aria-label={words.file}
                value={json} rows={shownLines} resizeOrientation="vertical" spellCheck={false} onChange={(_, typed) => setJson(typed)} />
            </FileUpload>
          )}
        </Field>
      </Form>
    </ResourceWindow>
  );
}

/** The first thing that is wrong, where it stands, and what would be right. */
function WhatIsWrong({ error, json }: { error: unknown; json: string }) {
  const problem = error instanceof ApiError ? error.problem : undefined;
  const place = placeIn(json, problem?.line, problem?.column);
  const more = typeof problem?.problems === 'number' ? problem.problems - 1 : 0;
  return (
    <Alert isInline isLiveRegion variant="danger" title={problem?.field ? words.wrongAt(problem.field) : text.form.failed}>
      <p>{errorText(error)}</p>
      {place && <pre>{place.join('\n')}</pre>}
      {typeof problem?.hint === 'string' && <p>{problem.hint}</p>}
      {more > 0 && <p>{words.moreWrong(more)}</p>}
    </Alert>
  );
}
