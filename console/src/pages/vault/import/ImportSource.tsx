import { FileUpload } from '@patternfly/react-core/dist/esm/components/FileUpload';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { useState } from 'react';
import { tokenImportFile as words } from '../../../app/messages/tokenImportFile';
import { Field } from '../../../components/Field';
import { FormatHelp, Template } from './FormatHelp';
import { FileProblem } from './delimited';
import { largestFile, readImportFile, readImportText, type ImportFile } from './importFile';

interface ImportSourceProps {
  /** What was read already. */
  file?: ImportFile;
  onTake: (file: ImportFile | undefined) => void;
}

/** The file: chosen, dropped or pasted. It is read here, and its content shown nowhere. */
export function ImportSource({ file, onTake }: ImportSourceProps) {
  const [name, setName] = useState(file?.name ?? '');
  const [problem, setProblem] = useState<string>();
  const take = async (called: string, read: () => Promise<ImportFile> | ImportFile) => {
    setName(called);
    try {
      onTake(await read());
      setProblem(undefined);
    } catch (failure) {
      onTake(undefined);
      setProblem(failure instanceof FileProblem ? saidOf(failure) : words.unreadable);
    }
  };
  const clear = () => {
    setName('');
    setProblem(undefined);
    onTake(undefined);
  };
  return (
    <>
      <Field pointer="/content" label={words.file} isRequired hint={<FileHint />} help={<FormatHelp />} error={problem}>
        {({ id, isRequired, validated, 'data-pointer': pointer }) => (
          <div data-pointer={pointer}>
            <FileUpload
              id={`${id}-drop`} filename={name} filenamePlaceholder={words.noFile} filenameAriaLabel={words.file}
              browseButtonText={words.browse} clearButtonText={words.clear} hideDefaultPreview isRequired={isRequired} validated={validated}
              onFileInputChange={(_, chosen) => void take(chosen.name, () => readChosen(chosen))} onClearClick={clear}
            />
          </div>
        )}
      </Field>
      {!file && (
        <Field pointer="/pasted" label={words.paste} hint={words.pasteHint}>
          {(control) => (
            <TextInput {...control} value="" autoComplete="off"
              onPaste={(event) => {
                const pasted = event.clipboardData.getData('text');
                event.preventDefault();
                void take(words.pasted, () => readImportText(words.pasted, pasted));
              }} />
          )}
        </Field>
      )}
    </>
  );
}

function FileHint() {
  return <>{words.fileHint} <Template /></>;
}

async function readChosen(chosen: File): Promise<ImportFile> {
  // Not even read where it is too large.
  if (chosen.size > largestFile) throw new FileProblem('tooLarge');
  const bytes = new Uint8Array(await chosen.arrayBuffer());
  try {
    return readImportFile(chosen.name, bytes);
  } finally {
    bytes.fill(0);
  }
}

function saidOf(problem: FileProblem): string {
  const said = words.fileProblem[problem.kind];
  return problem.line === undefined ? said : words.inLine(problem.line, said);
}
