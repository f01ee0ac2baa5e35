import { Checkbox } from '@patternfly/react-core/dist/esm/components/Checkbox';
import { FormGroup, FormHelperText } from '@patternfly/react-core/dist/esm/components/Form';
import { FormSelect, FormSelectOption } from '@patternfly/react-core/dist/esm/components/FormSelect';
import { HelperText, HelperTextItem } from '@patternfly/react-core/dist/esm/components/HelperText';
import { Label, LabelGroup } from '@patternfly/react-core/dist/esm/components/Label';
import { TextInput } from '@patternfly/react-core/dist/esm/components/TextInput';
import { Flex, FlexItem } from '@patternfly/react-core/dist/esm/layouts/Flex';
import { useId, useState } from 'react';
import type { components } from '../../api/schema';
import { restrictions as words } from '../../app/messages/restrictions';
import { Field, type ControlProps } from '../../components/Field';
import { LabelsField } from '../../components/LabelsField';
import { ResourcePicker } from '../../components/ResourcePicker';
import { days, isNumberOfUses, zones, type RestrictionDraft } from './restrictions';

type OAuthClient = components['schemas']['OAuthClient'];

export interface RestrictionFieldsProps {
  draft: RestrictionDraft;
  change: (part: Partial<RestrictionDraft>) => void;
  /** Whose clients can be chosen: the robot's project. */
  project: string;
  errorAt: (pointer: string) => string | undefined;
}

/** Fields of what narrows a key or an identity; all of them may stay empty. */
export function RestrictionFields({ draft, change, project, errorAt }: RestrictionFieldsProps) {
  return (
    <>
      <LabelsField pointer="/restrictions/addresses" label={words.addresses} hint={words.addressesHint} endsAtSpace
        error={errorAt('/restrictions/addresses')} values={draft.addresses} onChange={(addresses) => change({ addresses })} />
      <Field pointer="/restrictions/max_uses" label={words.maxUses} hint={words.maxUsesHint}
        error={isNumberOfUses(draft.maxUses) ? errorAt('/restrictions/max_uses') : words.maxUsesWrong}>
        {(control) => (
          <TextInput {...control} value={draft.maxUses} inputMode="numeric" autoComplete="off" onChange={(_, maxUses) => change({ maxUses })} />
        )}
      </Field>
      <Field pointer="/restrictions/oauth_clients" label={words.clients} hint={words.clientsHint} error={errorAt('/restrictions/oauth_clients')}>
        {(control) => <ClientChoice control={control} draft={draft} change={change} project={project} />}
      </Field>
      <TimeFields draft={draft} change={change} errorAt={errorAt} />
    </>
  );
}

function ClientChoice({ control, draft, change, project }: Omit<RestrictionFieldsProps, 'errorAt'> & { control: ControlProps }) {
  const add = (client: OAuthClient | undefined) => {
    if (!client || draft.clients.some((one) => one.id === client.id)) return;
    change({ clients: [...draft.clients, { id: client.id, label: client.label }] });
  };
  return (
    <Flex direction={{ default: 'column' }} alignItems={{ default: 'alignItemsStretch' }} spaceItems={{ default: 'spaceItemsSm' }}>
      <FlexItem>
        <ResourcePicker<OAuthClient> control={control} label={words.clients} placeholder={words.addClient} path="/api/v1/oauth-clients"
          query={{ project }} rowName={(row) => row.label} rowDetail={(row) => row.target_system_name} value={undefined} onChange={add} />
      </FlexItem>
      {draft.clients.length > 0 && (
        <FlexItem>
          <LabelGroup aria-label={words.clients} numLabels={20}>
            {draft.clients.map((client) => (
              <Label key={client.id} variant="outline" closeBtnAriaLabel={words.removeClient(client.label)}
                onClose={() => change({ clients: draft.clients.filter((one) => one !== client) })}>
                {client.label}
              </Label>
            ))}
          </LabelGroup>
        </FlexItem>
      )}
    </Flex>
  );
}

function TimeFields({ draft, change, errorAt }: Omit<RestrictionFieldsProps, 'project'>) {
  const id = useId();
  const [known] = useState(zones);
  const time = (pointer: string, label: string, name: 'from' | 'to', hint?: string) => (
    <Field pointer={pointer} label={label} hint={hint} error={errorAt(pointer)}>
      {(control) => <TextInput {...control} type="time" value={draft[name]} onChange={(_, value) => change({ [name]: value })} />}
    </Field>
  );
  return (
    <>
      <Checkbox id={`${id}-timed`} label={words.times} isChecked={draft.isTimed} onChange={(_, isTimed) => change({ isTimed })} />
      {draft.isTimed && (
        <>
          <Days draft={draft} change={change} error={errorAt('/restrictions/times/days')} />
          {time('/restrictions/times/from', words.from, 'from')}
          {time('/restrictions/times/to', words.to, 'to', words.toHint)}
          <Field pointer="/restrictions/times/zone" label={words.zone} error={errorAt('/restrictions/times/zone')}>
            {(control) => (
              <FormSelect {...control} value={draft.zone} onChange={(_, zone) => change({ zone })}>
                {known.map((zone) => <FormSelectOption key={zone} value={zone} label={zone} />)}
              </FormSelect>
            )}
          </Field>
        </>
      )}
    </>
  );
}

interface DaysProps extends Pick<RestrictionFieldsProps, 'draft' | 'change'> {
  error?: string;
}

function Days({ draft, change, error }: DaysProps) {
  const id = useId();
  return (
    <FormGroup role="group" label={words.days} fieldId={id} data-pointer="/restrictions/times/days">
      <Flex>
        {days.map((day) => (
          <FlexItem key={day}>
            <Checkbox id={`${id}-${day}`} label={words.dayNames[day]} isChecked={draft.days.includes(day)}
              onChange={(_, on) => change({ days: days.filter((one) => (one === day ? on : draft.days.includes(one))) })} />
          </FlexItem>
        ))}
      </Flex>
      <FormHelperText>
        <HelperText isLiveRegion={Boolean(error)}>
          <HelperTextItem variant={error ? 'error' : 'default'}>{error ?? words.daysHint}</HelperTextItem>
        </HelperText>
      </FormHelperText>
    </FormGroup>
  );
}
