import { List, ListItem } from '@patternfly/react-core/dist/esm/components/List';
import { ruleStates as words } from '../../../app/messages/ruleStates';
import { reasonOf, type RuleValidity } from './ruleStates';

const mostNamed = 8;

/** The first of them by name, and how many more; `total` counts those that are not among `rules` too. */
export function RuleList<Rule extends RuleValidity>({ rules, total, nameOf }: { rules: Rule[]; total: number; nameOf: (rule: Rule) => string }) {
  return (
    <List>
      {rules.slice(0, mostNamed).map((rule) => <ListItem key={rule.id}>{nameOf(rule)}{!rule.valid && ` – ${reasonOf(rule)}`}</ListItem>)}
      {total > mostNamed && <ListItem>{words.more(total - Math.min(mostNamed, rules.length))}</ListItem>}
    </List>
  );
}
