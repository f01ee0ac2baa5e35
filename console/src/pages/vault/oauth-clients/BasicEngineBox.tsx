import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Checkbox } from '@patternfly/react-core/dist/esm/components/Checkbox';
import { FormGroup } from '@patternfly/react-core/dist/esm/components/Form';
import { List, ListItem } from '@patternfly/react-core/dist/esm/components/List';
import { oauthClientWindow as words } from '../../../app/messages/oauthClientWindow';
import { HelpText } from '../../../components/HelpText';
import { canBeDelivered, type TargetSystem } from './clientTypes';


interface BasicEngineBoxProps {
  system?: TargetSystem;
  isChecked: boolean;
  isReadOnly: boolean;
  onChange: (isChecked: boolean) => void;
}

/** The box that lets Basic Engine Robots in, with everything that has to be known before it is ticked. */
export function BasicEngineBox({ system, isChecked, isReadOnly, onChange }: BasicEngineBoxProps) {
  const cannot = system !== undefined && !canBeDelivered(system);
  return (
    <FormGroup role="group" fieldId="basic-engine" label={words.basicEngine}
      labelHelp={<HelpText about={words.basicEngineBox}><Caveats /></HelpText>}>
      <Checkbox id="basic-engine-box" label={words.basicEngineBox} isChecked={isChecked} isDisabled={isReadOnly || (cannot && !isChecked)}
        onChange={(_, checked) => onChange(checked)} description={cannot ? words.basicEngineCannot : words.basicEngineWhat} />
      {isChecked && (
        <Alert isInline isPlain isLiveRegion variant="warning" title={words.basicEngineLessSecure}>{words.basicEngineAdvice}</Alert>
      )}
    </FormGroup>
  );
}

function Caveats() {
  return (
    <List>
      <ListItem>{words.basicEngineFor}</ListItem>
      <ListItem>{words.basicEngineRestored}</ListItem>
      <ListItem>{words.basicEngineLessSecure}</ListItem>
      <ListItem>{words.basicEngineEach}</ListItem>
      <ListItem>{words.basicEngineLimited}</ListItem>
      <ListItem>{words.basicEngineAdvice}</ListItem>
      <ListItem>{words.basicEngineNoEffect}</ListItem>
    </List>
  );
}
