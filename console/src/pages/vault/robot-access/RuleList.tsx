import { List, ListItem } from '@patternfly/react-core/dist/esm/components/List';
import { ruleStates as words } from '../../../app/messages/ruleStates';
import { reasonOf } from './ruleStates';
import { ruleName, type RobotAccess } from './rules';

const mostNamed = 8;

/** The first of them by name, and how many more; `total` counts those that are not among `rules` too. */
export function RuleList({ rules, total }: { rules: RobotAccess[]; total: number }) {
  return (
    <List>
      {rules.slice(0, mostNamed).map((rule) => <ListItem key={rule.id}>{ruleName(rule)}{!rule.valid && ` – ${reasonOf(rule)}`}</ListItem>)}
      {total > mostNamed && <ListItem>{words.more(total - Math.min(mostNamed, rules.length))}</ListItem>}
    </List>
  );
}
