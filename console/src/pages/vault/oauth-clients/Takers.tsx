import { List, ListItem } from '@patternfly/react-core/dist/esm/components/List';
import { Link } from 'wouter';
import { basicEngine as words } from '../../../app/messages/basicEngine';
import type { OAuthClient } from './clientTypes';

/** The Basic Engine Robots that take a client as input. */
export default function Takers({ client }: { client: OAuthClient }) {
  const takers = client.basic_engine_inputs;
  if (takers.length === 0) return <>{words.noTaker}</>;
  return (
    <List isPlain>
      {takers.map((one) => (
        <ListItem key={`${one.robot}/${one.input}`}>
          <Link href={`/repository/robots/${one.robot}`}>{words.taker(one.robot_path, one.robot_name, one.input)}</Link>
        </ListItem>
      ))}
    </List>
  );
}
