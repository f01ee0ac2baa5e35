import { HelperText, HelperTextItem } from '@patternfly/react-core/dist/esm/components/HelperText';
import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import { Flex, FlexItem } from '@patternfly/react-core/dist/esm/layouts/Flex';
import { ruleStates as words } from '../../../app/messages/ruleStates';
import { reasonOf, type RuleValidity } from './ruleStates';

/** Whether a rule counts; in red, and why, where it does not. */
export function RuleState({ rule }: { rule: RuleValidity }) {
  if (rule.valid) return <Label variant="outline" status="success">{words.valid}</Label>;
  return (
    <Flex direction={{ default: 'column' }} alignItems={{ default: 'alignItemsFlexStart' }} spaceItems={{ default: 'spaceItemsXs' }}>
      <FlexItem><Label status="danger">{words.invalid}</Label></FlexItem>
      <FlexItem><HelperText><HelperTextItem>{reasonOf(rule)}</HelperTextItem></HelperText></FlexItem>
    </Flex>
  );
}
