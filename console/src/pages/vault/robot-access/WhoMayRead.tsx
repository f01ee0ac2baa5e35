import { FormGroup } from '@patternfly/react-core/dist/esm/components/Form';
import { Radio } from '@patternfly/react-core/dist/esm/components/Radio';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useId } from 'react';
import type { components } from '../../../api/schema';
import { access as words } from '../../../app/messages/access';
import { Field } from '../../../components/Field';
import { ResourcePicker } from '../../../components/ResourcePicker';
import { PatternField } from './PatternField';

export type Robot = components['schemas']['Robot'];

/** Whom a rule lets in, as far as it is entered. */
export interface Readers {
  robot: Robot | undefined;
  pattern: string;
  byPattern: boolean;
}

/** As the API takes it. */
export function readersBody({ robot, pattern, byPattern }: Readers): { robot: string } | { path_pattern: string } {
  return byPattern ? { path_pattern: pattern } : { robot: robot?.id ?? '' };
}

export function hasReaders({ robot, pattern, byPattern }: Readers): boolean {
  return byPattern ? pattern.trim() !== '' : robot !== undefined;
}

export interface WhoMayReadProps {
  value: Readers;
  onChange: (next: Readers) => void;
  /** Offers robots of this project only; undefined: of all. */
  project: string | undefined;
  robotHint?: string;
  robotError?: string;
  patternError?: string;
}

/** Asks whom a rule lets in: one robot, or all under a path. */
export function WhoMayRead({ value, onChange, project, robotHint, robotError, patternError }: WhoMayReadProps) {
  const { robot, pattern, byPattern } = value;
  return (
    <>
      <OneOrMany byPattern={byPattern} setByPattern={(next) => onChange({ ...value, byPattern: next })} />
      {byPattern ? (
        <PatternField value={pattern} onChange={(next) => onChange({ ...value, pattern: next })} error={patternError} project={project} />
      ) : (
        <Field pointer="/robot" label={words.robot} isRequired hint={robotHint} error={robotError}>
          {(control) => (
            <ResourcePicker<Robot> control={control} label={words.robot} path="/api/v1/robots" query={{ project }}
              rowName={(row) => words.robotAt(row.name, row.path)} rowDetail={(row) => row.project_name} value={robot}
              onChange={(next) => onChange({ ...value, robot: next })} />
          )}
        </Field>
      )}
    </>
  );
}

function OneOrMany({ byPattern, setByPattern }: { byPattern: boolean; setByPattern: (next: boolean) => void }) {
  const id = useId();
  return (
    <FormGroup role="radiogroup" label={words.who} fieldId={id}>
      <Stack hasGutter>
        <StackItem>
          <Radio id={`${id}-robot`} name={id} label={words.oneRobot} isChecked={!byPattern} onChange={() => setByPattern(false)} />
        </StackItem>
        <StackItem>
          <Radio id={`${id}-pattern`} name={id} label={words.onePattern} isChecked={byPattern} onChange={() => setByPattern(true)} />
        </StackItem>
      </Stack>
    </FormGroup>
  );
}
