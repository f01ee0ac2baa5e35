import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm } from '@patternfly/react-core/dist/esm/components/DescriptionList';
import { tokenImportFile as words } from '../../../app/messages/tokenImportFile';
import { saveFile } from '../../../components/csv';
import { columns } from './importFile';

/** What the file looks like. */
export function FormatHelp() {
  return (
    <>
      <Content component="p">{words.formatCsv}</Content>
      <DescriptionList isCompact>
        {columns.map((column) => (
          <DescriptionListGroup key={column}>
            <DescriptionListTerm>{column}</DescriptionListTerm>
            <DescriptionListDescription>{words.formatColumns[column]}</DescriptionListDescription>
          </DescriptionListGroup>
        ))}
      </DescriptionList>
      <Template />
    </>
  );
}

/** Has the browser save a file to begin with. */
export function Template() {
  return <Button variant="link" isInline onClick={saveTemplate}>{words.template}</Button>;
}

/** Nothing but the columns. The mark tells spreadsheets that it is UTF-8. */
function saveTemplate(): void {
  saveFile(words.templateName, 'text/csv;charset=utf-8', ['\ufeff', columns.join(','), '\r\n']);
}
