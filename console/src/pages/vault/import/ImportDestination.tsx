import { FormSelect, FormSelectOption } from '@patternfly/react-core/dist/esm/components/FormSelect';
import { Link } from 'wouter';
import { tokenImportFile as words } from '../../../app/messages/tokenImportFile';
import { Field } from '../../../components/Field';
import { type Choices } from '../oauth-clients/clientFields';
import { systemsBase, type TargetSystem } from '../oauth-clients/clientTypes';

interface ImportDestinationProps {
  project: string;
  system: string;
  choices: Choices;
  /** Those for which people sign in. */
  systems: TargetSystem[];
  onChange: (project: string, system: string) => void;
}

/** Into which project and target system all rows go. */
export function ImportDestination({ project, system, choices, systems, onChange }: ImportDestinationProps) {
  const hasNone = project !== '' && choices.areSystemsKnown && systems.length === 0;
  return (
    <>
      <Field pointer="/project" label={words.project} isRequired>
        {({ isRequired, ...control }) => (
          <FormSelect {...control} isRequired={isRequired} value={project} onChange={(_, next) => onChange(next, '')}>
            <FormSelectOption value="" label={words.chooseProject} isPlaceholder isDisabled={project !== ''} />
            {choices.projects.map((one) => <FormSelectOption key={one.id} value={one.id} label={one.name} />)}
          </FormSelect>
        )}
      </Field>
      <Field pointer="/target_system" label={words.targetSystem} isRequired
        hint={hasNone
          ? <>{words.noSystem} <Link href={`${systemsBase}/new?project=${encodeURIComponent(project)}`}>{words.addSystem}</Link></>
          : words.systemHint}>
        {({ isRequired, ...control }) => (
          <FormSelect {...control} isRequired={isRequired} value={system} isDisabled={project === '' || systems.length === 0}
            onChange={(_, next) => onChange(project, next)}>
            <FormSelectOption value="" label={words.chooseSystem} isPlaceholder isDisabled={system !== ''} />
            {systems.map((one) => <FormSelectOption key={one.id} value={one.id} label={one.name} />)}
          </FormSelect>
        )}
      </Field>
    </>
  );
}
