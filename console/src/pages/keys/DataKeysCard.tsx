import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Card, CardBody, CardFooter, CardTitle } from '@patternfly/react-core/dist/esm/components/Card';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import { List, ListItem } from '@patternfly/react-core/dist/esm/components/List';
import { Progress } from '@patternfly/react-core/dist/esm/components/Progress';
import { Table } from '@patternfly/react-table/dist/esm/components/Table/Table';
import { Tbody } from '@patternfly/react-table/dist/esm/components/Table/Tbody';
import { Td } from '@patternfly/react-table/dist/esm/components/Table/Td';
import { Th } from '@patternfly/react-table/dist/esm/components/Table/Th';
import { Thead } from '@patternfly/react-table/dist/esm/components/Table/Thead';
import { Tr } from '@patternfly/react-table/dist/esm/components/Table/Tr';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client';
import { keysPath, type DataKey, type KeyRotation, type Keys } from '../../api/safeKeeping';
import { text } from '../../app/messages';
import { keys as words } from '../../app/messages/keys';
import { Question } from '../../components/Question';
import { Time } from '../../components/Time';
import { showToast } from '../../components/toastStore';
import { ageInDays } from './keyFacts';

/** Whose it is. */
function nameOf(key: Pick<DataKey, 'project' | 'project_name'>): string {
  if (key.project === null) return words.server;
  return key.project_name || words.gone(key.project);
}

/** What `POST /api/v1/keys/rotate-data` takes, and what to call it. */
interface Wanted {
  name?: string;
  body: { project: string | null } | { all: true };
}

/** The data keys: one of each project and the server's, with a way to replace them. */
export function DataKeysCard({ keys }: { keys: Keys }) {
  const [wanted, setWanted] = useState<Wanted>();
  return (
    <Card>
      <CardTitle component="h2">{words.data}</CardTitle>
      <CardBody>
        <Content component="p">{words.dataBody}</Content>
        {keys.rotations.length > 0 && (
          <List isPlain aria-label={words.underWay}>
            {keys.rotations.map((one) => <ListItem key={one.project ?? ''}><Rotation rotation={one} keys={keys.data_keys} /></ListItem>)}
          </List>
        )}
        {keys.data_keys.length === 0 ? <Content component="p">{words.none}</Content> : (
          <KeyTable keys={keys.data_keys} rotating={keys.rotations.map((one) => one.project)}
            rotate={(key) => setWanted({ name: nameOf(key), body: { project: key.project } })} />
        )}
      </CardBody>
      {keys.data_keys.length > 1 && (
        <CardFooter>
          <Button variant="secondary" onClick={() => setWanted({ body: { all: true } })}>{words.rotateAll}</Button>
        </CardFooter>
      )}
      {wanted && <RotateQuestion wanted={wanted} onClose={() => setWanted(undefined)} />}
    </Card>
  );
}

/** How far one is, and whether it will ever end. */
function Rotation({ rotation, keys }: { rotation: KeyRotation; keys: DataKey[] }) {
  const { project, done, total } = rotation;
  const own = keys.find((key) => key.project === project);
  return (
    <>
      <Progress title={words.rotating(nameOf(own ?? { project, project_name: '' }))} value={done} max={Math.max(total, 1)}
        label={words.progress(done, total)} measureLocation="outside" variant={rotation.is_stuck ? 'danger' : undefined} />
      <Content component="small">{words.since} <Time value={rotation.started_at} /></Content>
      {rotation.is_stuck && <Alert isInline isPlain variant="danger" title={words.stuck} />}
    </>
  );
}

interface KeyTableProps {
  keys: DataKey[];
  /** Whose keys are being replaced. */
  rotating: (string | null)[];
  rotate: (key: DataKey) => void;
}

function KeyTable({ keys, rotating, rotate }: KeyTableProps) {
  const now = Date.now();
  return (
    <Table aria-label={words.data} variant="compact" gridBreakPoint="grid-md">
      <Thead>
        <Tr>
          <Th>{words.of}</Th>
          <Th>{words.age}</Th>
          <Th modifier="nowrap">{words.sealed}</Th>
          <Th>{words.state}</Th>
          <Th screenReaderText={text.table.actions} />
        </Tr>
      </Thead>
      <Tbody>
        {keys.map((key) => (
          <Tr key={key.id}>
            <Td dataLabel={words.of} modifier="breakWord">
              <bdi>{nameOf(key)}</bdi>{key.project === null && <Content component="small">{words.serverHelp}</Content>}
            </Td>
            <Td dataLabel={words.age}>
              {words.days(ageInDays(key.created_at, now))}<Content component="small"><Time value={key.created_at} /></Content>
            </Td>
            <Td dataLabel={words.sealed}>{words.values(key.seals_reserved)}</Td>
            <Td dataLabel={words.state}>
              <Label variant="outline" status={key.is_current ? 'success' : 'info'}>
                {key.is_current ? words.current : words.retiring(key.values_left)}
              </Label>
            </Td>
            <Td dataLabel={text.table.actions}>
              {key.is_current && !rotating.includes(key.project) && (
                <Button variant="link" isInline aria-label={words.rotateOne(nameOf(key))} onClick={() => rotate(key)}>
                  {words.rotate}
                </Button>
              )}
            </Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

function RotateQuestion({ wanted, onClose }: { wanted: Wanted; onClose: () => void }) {
  const queries = useQueryClient();
  const run = async () => {
    queries.setQueryData([keysPath], await api.post('/api/v1/keys/rotate-data', { body: wanted.body }));
    showToast({ variant: 'success', title: words.rotateBegun });
  };
  return (
    <Question title={wanted.name === undefined ? words.rotateAllTitle : words.rotateTitle(wanted.name)} action={words.rotate} run={run}
      onClose={onClose}>
      <p>{words.rotateQuestion}</p>
    </Question>
  );
}
