import { Checkbox } from '@patternfly/react-core/dist/esm/components/Checkbox';
import { FormGroup, FormHelperText } from '@patternfly/react-core/dist/esm/components/Form';
import { HelperText, HelperTextItem } from '@patternfly/react-core/dist/esm/components/HelperText';
import { useId } from 'react';
import type { NotificationEvent } from '../../api/notifications';
import { notifications as words } from '../../app/messages/notifications';
import { withEvent } from './draft';
import { allEvents } from './targets';

export interface EventsFieldProps {
  value: readonly NotificationEvent[];
  onChange: (next: NotificationEvent[]) => void;
  error?: string;
}

/** What a target is told; the field of the pointer `/events`. */
export function EventsField({ value, onChange, error }: EventsFieldProps) {
  const id = useId();
  return (
    <FormGroup role="group" fieldId={id} label={words.events} isRequired isStack data-pointer="/events">
      {allEvents.map((event) => (
        <Checkbox key={event} id={`${id}-${event}`} label={words.event[event].name} description={words.event[event].help}
          isChecked={value.includes(event)} onChange={(_, isOn) => onChange(withEvent(value, event, isOn))} />
      ))}
      {error && (
        <FormHelperText>
          <HelperText isLiveRegion><HelperTextItem variant="error">{error}</HelperTextItem></HelperText>
        </FormHelperText>
      )}
    </FormGroup>
  );
}
