import { FileUpload } from '@patternfly/react-core/dist/esm/components/FileUpload';
import { useState } from 'react';
import { targetSystems as targetSystemsWords } from '../../../app/messages/targetSystems';
import { Field, type FieldProps } from '../../../components/Field';
import { largestFile, recognise, type PickedFile } from './certificateFile';

const words = targetSystemsWords;

export interface FileFieldProps extends Omit<FieldProps, 'children'> {
  file?: PickedFile;
  /** A file was read; answers what is wrong with it, if something is, and then it is not taken. */
  onPick: (file: PickedFile) => string | undefined;
  onClear: () => void;
}

/** A file that is read in the browser: chosen, or dropped onto it. Its content is shown nowhere. */
export function FileField({ file, onPick, onClear, error, ...field }: FileFieldProps) {
  const [problem, setProblem] = useState<string>();
  const pick = async (chosen: File) => {
    if (chosen.size > largestFile) return setProblem(words.fileTooLarge);
    try {
      setProblem(onPick(recognise(chosen.name, new Uint8Array(await chosen.arrayBuffer()))));
    } catch {
      setProblem(words.fileUnreadable);
    }
  };
  return (
    <Field {...field} error={problem ?? error}>
      {({ id, isRequired, validated, 'data-pointer': pointer }) => (
        <div data-pointer={pointer}>
          <FileUpload
            id={`${id}-drop`} filename={file?.name ?? ''} filenamePlaceholder={words.noFile} filenameAriaLabel={field.label}
            browseButtonText={words.browse} clearButtonText={words.clear} hideDefaultPreview isRequired={isRequired} validated={validated}
            onFileInputChange={(_, chosen) => void pick(chosen)}
            onClearClick={() => {
              setProblem(undefined);
              onClear();
            }}
          />
        </div>
      )}
    </Field>
  );
}
