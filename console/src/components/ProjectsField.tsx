import { Label, LabelGroup } from '@patternfly/react-core/dist/esm/components/Label';
import { FormFieldGroup, FormFieldGroupHeader } from '@patternfly/react-core/dist/esm/components/Form';
import { Radio } from '@patternfly/react-core/dist/esm/components/Radio';
import { useId } from 'react';
import type { components } from '../api/schema';
import { projectChoice as words } from '../app/messages/picker';
import { Field } from './Field';
import { ResourcePicker } from './ResourcePicker';

/** A project that was chosen, and what people call it. */
export type ProjectRef = Pick<components['schemas']['Project'], 'id' | 'name'>;

export interface ProjectsFieldProps {
  /** What is asked, and its two answers: in all projects, in those that are named. */
  title: string;
  all: string;
  some: string;
  /** Undefined: in all. */
  value: readonly ProjectRef[] | undefined;
  onChange: (next: ProjectRef[] | undefined) => void;
  error?: string;
}

/** All projects, or some that are chosen; the field of the pointer `/projects`. */
export function ProjectsField({ title, all, some, value, onChange, error }: ProjectsFieldProps) {
  const id = useId();
  const add = (project: ProjectRef | undefined) => {
    if (project && !value?.some((one) => one.id === project.id)) onChange([...(value ?? []), { id: project.id, name: project.name }]);
  };
  return (
    <FormFieldGroup header={<FormFieldGroupHeader titleText={{ text: title, id: `${id}-title` }} />}>
      <Radio id={`${id}-all`} name={id} label={all} isChecked={value === undefined} onChange={() => onChange(undefined)} />
      <Radio id={`${id}-some`} name={id} label={some} isChecked={value !== undefined} onChange={() => onChange([])} />
      {value && (
        <>
          <Field pointer="/projects" label={words.project} isRequired error={error}>
            {(control) => (
              <ResourcePicker<ProjectRef> control={control} label={words.project} path="/api/v1/projects" rowName={(row) => row.name} value={undefined}
                onChange={add} placeholder={words.add} />
            )}
          </Field>
          {value.length > 0 && (
            <LabelGroup aria-label={title} numLabels={20}>
              {value.map((project) => (
                <Label key={project.id} variant="outline" closeBtnAriaLabel={words.remove(project.name)}
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
