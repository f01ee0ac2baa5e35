import { Label, LabelGroup } from '@patternfly/react-core/dist/esm/components/Label';
import { FormFieldGroup, FormFieldGroupHeader } from '@patternfly/react-core/dist/esm/components/Form';
import { Radio } from '@patternfly/react-core/dist/esm/components/Radio';
import { useId } from 'react';
import { apiKeys as words } from '../../app/messages/apiKeys';
import { Field } from '../../components/Field';
import { ResourcePicker } from '../../components/ResourcePicker';
import type { Project } from './KeyWindow';

export interface ProjectsFieldProps {
  /** Undefined: wherever the person may. */
  value: Project[] | undefined;
  onChange: (next: Project[] | undefined) => void;
  error?: string;
}

/** Where a key works. */
export function ProjectsField({ value, onChange, error }: ProjectsFieldProps) {
  const id = useId();
  const add = (project: Project | undefined) => {
    if (project && !value?.some((one) => one.id === project.id)) onChange([...(value ?? []), project]);
  };
  return (
    <FormFieldGroup header={<FormFieldGroupHeader titleText={{ text: words.wherePart, id: `${id}-title` }} />}>
      <Radio id={`${id}-all`} name={id} label={words.whereAll} isChecked={value === undefined} onChange={() => onChange(undefined)} />
      <Radio id={`${id}-some`} name={id} label={words.whereSome} isChecked={value !== undefined} onChange={() => onChange([])} />
      {value && (
        <>
          <Field pointer="/projects" label={words.project} isRequired error={error}>
            {(control) => (
              <ResourcePicker<Project> control={control} label={words.project} path="/api/v1/projects" rowName={(row) => row.name} value={undefined}
                onChange={add} placeholder={words.addProject} />
            )}
          </Field>
          {value.length > 0 && (
            <LabelGroup aria-label={words.wherePart} numLabels={20}>
              {value.map((project) => (
                <Label key={project.id} variant="outline" closeBtnAriaLabel={words.removeProject(project.name)}
                  onClose={() => onChange(value.filter((one) => one.id !== project.id))}>
                  {project.name}
                </Label>
              ))}
            </LabelGroup>
          )}
        </>
      )}
    </FormFieldGroup>
  );
}
