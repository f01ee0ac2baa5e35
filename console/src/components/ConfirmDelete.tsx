import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { List, ListItem } from '@patternfly/react-core/dist/esm/components/List';
import { Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core/dist/esm/components/Modal';
import { Spinner } from '@patternfly/react-core/dist/esm/components/Spinner';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { request } from '../api/client';
import type { components } from '../api/schema';
import { text } from '../app/messages';
import { deletion } from '../app/messages/deletion';
import { errorText } from './FormError';
import { inTurn } from './inTurn';
import { restore } from './restore';
import { showToast } from './toastStore';

type Deletion = components['schemas']['Deletion'];
type Affected = Required<Deletion['affected']>;

/** What is to go: its path in the API and what people call it. */
export interface Deletable {
  path: string;
  name: string;
  /** Finds the names of the robots that can read it; left out where robots read nothing of it by itself. */
  readers?: (signal: AbortSignal) => Promise<string[]>;
}

export interface ConfirmDeleteProps {
  items: Deletable[];
  /** Closes the question, whatever became of it. */
  onClose: () => void;
  /** After at least one was deleted. */
  onDeleted?: () => void;
  /** False where the API cannot bring it back: keys, rules of access. Default true. */
  canUndo?: boolean;
  /** Rules of access are revoked rather than deleted: other words, and no way back. */
  isAccess?: boolean;
  /** False where the API does not say how many robots lose it. Default true. */
  countsRobots?: boolean;
}

// The kinds that a deletion counts: what is deleted is one of them itself.
const ownKinds: Record<string, keyof Affected> = { 'target-systems': 'target_systems', 'oauth-clients': 'oauth_clients', secrets: 'secrets', robots: 'robots' };

/** What goes besides the things themselves. */
function besides(items: Deletable[], affected: Affected): Affected {
  const others = { ...affected };
  for (const { path } of items) {
    const own = ownKinds[path.split('/').at(-2) ?? ''];
    if (own) others[own] -= 1;
  }
  return others;
}

function isProject({ path }: Deletable): boolean {
  return path.startsWith('/api/v1/projects/');
}

/** So many readers are named; more would be asked for one after the other, and named by nobody. */
const mostAskedForReaders = 20;
const mostNamed = 5;

/** Names of the robots that can read any of them. */
async function askReaders(items: Deletable[], signal: AbortSignal): Promise<string[]> {
  const names = new Set<string>();
  if (items.length > mostAskedForReaders) return [];
  await inTurn(items, async (item) => (await item.readers?.(signal))?.forEach((name) => names.add(name)));
  return [...names];
}

async function askAffected(items: Deletable[], progress: (asked: number) => void, signal: AbortSignal): Promise<Affected> {
  const sum: Affected = { target_systems: 0, oauth_clients: 0, secrets: 0, robots: 0, robot_access: 0 };
  let asked = 0;
  await inTurn(items, async (item) => {
    const said = await request<Deletion>('DELETE', item.path, { query: { dry_run: true }, signal });
    progress(++asked);
    for (const kind of Object.keys(sum) as (keyof Affected)[]) sum[kind] += said.affected[kind] ?? 0;
  });
  return sum;
}

/** Asks before deleting, having asked the server what would be affected; afterwards a toast can undo it. */
export default function ConfirmDelete({ items, onClose, onDeleted, isAccess = false, canUndo = !isAccess, countsRobots = true }: ConfirmDeleteProps) {
  const words = isAccess ? deletion.revoke : deletion.delete;
  const id = useId();
  const queries = useQueryClient();
  const [asked, setAsked] = useState(0);
  const [done, setDone] = useState<number>();
  const isRunning = done !== undefined;
  const affected = useQuery({
    queryKey: ['dry-run', ...items.map((item) => item.path)], staleTime: 0, gcTime: 0,
    // Whoever cancels the question wants no answer any more.
    queryFn: ({ signal }) => askAffected(items, setAsked, signal),
  });
  const readers = useQuery({
    queryKey: ['readers', ...items.map((item) => item.path)], staleTime: 0, gcTime: 0, enabled: !isAccess,
    queryFn: ({ signal }) => askReaders(items, signal),
  });
  const error = affected.error ?? readers.error;
  const isAsking = affected.isPending || (!isAccess && readers.isPending);
  const only = items.length === 1 ? items[0] : undefined;

  const run = async () => {
    const deleted: Deletable[] = [];
    const failed: { item: Deletable; error: unknown }[] = [];
    setDone(0);
    await inTurn(items, async (item) => {
      try {
        await request('DELETE', item.path);
        deleted.push(item);
      } catch (error) {
        failed.push({ item, error });
      }
      setDone(deleted.length + failed.length);
    });
    // One for all of them: hundreds of messages would say nothing.
    const [first] = failed;
    if (first) {
      showToast({
        variant: 'danger', title: failed.length === 1 ? words.failed(first.item.name) : words.failedMany(failed.length),
        body: failed.length === 1 ? errorText(first.error) : `${first.item.name}: ${errorText(first.error)}`,
      });
    }
    onClose();
    if (deleted.length === 0) return;
    onDeleted?.();
    showToast({
      title: only ? words.done(only.name) : words.doneMany(deleted.length),
      action: canUndo ? { label: text.common.undo, run: () => void restore(deleted, queries) } : undefined,
    });
    // Once the page of what was deleted is gone: it would ask for it again.
    window.setTimeout(() => void queries.invalidateQueries());
  };

  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby={`${id}-title`} aria-describedby={`${id}-body`}>
      <ModalHeader title={only ? words.title(only.name) : words.titleMany(items.length)} labelId={`${id}-title`}
        titleIconVariant="warning" />
      <ModalBody id={`${id}-body`}>
        <Stack hasGutter>
          {isAsking && <StackItem><Spinner size="md" aria-label={words.asking} /></StackItem>}
          {affected.isPending && !only && <StackItem>{words.asking}: {words.progress(asked, items.length)}</StackItem>}
          {error && <StackItem><Alert isInline variant="danger" title={errorText(error)} /></StackItem>}
          {affected.data && isAccess && <LosingAccess robots={countsRobots ? affected.data.robots : undefined} />}
          {affected.data && !isAccess && !isAsking && <AffectedList affected={besides(items, affected.data)} />}
          {readers.data && !isAsking && <Readers names={readers.data} isOfMany={!only} />}
          {canUndo && <StackItem>{deletion.delete.undo}</StackItem>}
          {items.some(isProject) && <StackItem>{deletion.delete.project}</StackItem>}
          {isAccess && <StackItem>{deletion.revoke.final}</StackItem>}
        </Stack>
      </ModalBody>
      <ModalFooter>
        <Button variant="danger" isDisabled={!affected.data || isAsking || isRunning} isLoading={isRunning}
          spinnerAriaLabel={text.common.loading} onClick={() => void run()}>
          {isRunning && !only ? words.progress(done, items.length) : words.action}
        </Button>
        <Button variant="link" onClick={onClose}>{isRunning ? text.common.close : text.common.cancel}</Button>
      </ModalFooter>
    </Modal>
  );
}

function LosingAccess({ robots }: { robots: number | undefined }) {
  if (robots === undefined) return <StackItem>{deletion.revoke.uncounted}</StackItem>;
  return <StackItem>{robots === 0 ? deletion.revoke.affectsNothing : deletion.revoke.affects(robots)}</StackItem>;
}

function AffectedList({ affected }: { affected: Affected }) {
  const lines = [
    affected.target_systems > 0 && deletion.delete.targetSystems(affected.target_systems),
    affected.oauth_clients > 0 && deletion.delete.oauthClients(affected.oauth_clients),
    affected.secrets > 0 && deletion.delete.secrets(affected.secrets),
    affected.robots > 0 && deletion.delete.robots(affected.robots),
    affected.robot_access > 0 && deletion.delete.robotAccess(affected.robot_access),
  ].filter((line) => line !== false);
  if (lines.length === 0) return <StackItem>{deletion.delete.affectsNothing}</StackItem>;
  return (
    <StackItem>
      <p>{deletion.delete.affects}</p>
      <List>{lines.map((line) => <ListItem key={line}>{line}</ListItem>)}</List>
    </StackItem>
  );
}

/** Who stands in front of a closed door then. */
function Readers({ names, isOfMany }: { names: string[]; isOfMany: boolean }) {
  if (names.length === 0) return null;
  const more = names.length - mostNamed;
  return (
    <StackItem>
      <p>{isOfMany ? deletion.delete.readersMany : deletion.delete.readers}</p>
      <List>
        {names.slice(0, mostNamed).map((name) => <ListItem key={name}>{deletion.delete.reader(name)}</ListItem>)}
        {more > 0 && <ListItem>{deletion.delete.moreReaders(more)}</ListItem>}
      </List>
    </StackItem>
  );
}
