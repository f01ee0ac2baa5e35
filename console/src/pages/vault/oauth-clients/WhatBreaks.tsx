import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { List, ListItem } from '@patternfly/react-core/dist/esm/components/List';
import { oauthClientWindow as words } from '../../../app/messages/oauthClientWindow';
import { Question } from '../../../components/Question';
import { Time } from '../../../components/Time';
import type { ClientFields } from './clientFields';
import type { OAuthClient, UpdateEffects } from './clientTypes';

/** Whether the change is one that has to be looked at first: robots may lose something by it. */
export function movesElsewhere(client: OAuthClient | undefined, fields: ClientFields): boolean {
  return client !== undefined && client.state !== 'draft'
    && (fields.project !== client.project || fields.targetSystem !== client.target_system || fields.tenant.trim() !== client.tenant);
}

/** The tab that a changed client needs next. */
export function tabAfter(effects: UpdateEffects): string {
  return effects.next === 'sign_in' ? 'authorize' : 'retrieve';
}

interface WhatBreaksProps {
  effects: UpdateEffects;
  change: () => Promise<void>;
  onClose: () => void;
}

/** Asks before a finished client is changed: what it loses, and what goes on meanwhile. */
export function WhatBreaks({ effects, change, onClose }: WhatBreaksProps) {
  return (
    <Question title={words.breaksTitle} action={words.breaksGo} run={change} onClose={onClose}>
      <List>
        {effects.next !== 'none' && <ListItem><Meanwhile effects={effects} /></ListItem>}
        {effects.next === 'sign_in' && <ListItem>{words.breaksSignIn}</ListItem>}
        {effects.next === 'retrieval' && <ListItem>{words.breaksRetrieve}</ListItem>}
        {effects.names_change && <ListItem>{words.breaksNames}</ListItem>}
        {effects.robot_access > 0 && <ListItem><Access effects={effects} /></ListItem>}
        {effects.basic_engine_delivery === 'stops' && <ListItem>{words.breaksBox}</ListItem>}
        {effects.basic_engine_delivery === 'continues' && <ListItem>{words.boxStays}</ListItem>}
      </List>
    </Question>
  );
}

function Meanwhile({ effects }: { effects: UpdateEffects }) {
  if (!effects.serves_on) return words.breaksNothingServes;
  if (!effects.serves_until) return words.breaksServes;
  return <>{words.breaksServesUntil} <Time value={effects.serves_until} />.</>;
}

function Access({ effects }: { effects: UpdateEffects }) {
  return (
    <>
      <Content component="p">{words.breaksAccess(effects.robot_access)}</Content>
      <List>
        {effects.robots.map((robot) => <ListItem key={robot}><bdi>{robot}</bdi></ListItem>)}
        {effects.more_robots > 0 && <ListItem>{words.breaksMore(effects.more_robots)}</ListItem>}
      </List>
    </>
  );
}
