import { EmptyState, EmptyStateBody } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client';
import { deliveriesPath, type NotificationDelivery, type NotificationTarget } from '../../api/notifications';
import { number } from '../../app/messages';
import { deliveries as words, notifications } from '../../app/messages/notifications';
import { useSearchValue } from '../../app/url';
import { errorText } from '../../components/FormError';
import { Question } from '../../components/Question';
import { ResourceTable, type Column, type RowAction } from '../../components/ResourceTable';
import { StateSelect } from '../../components/StateSelect';
import { Time } from '../../components/Time';
import { showToast } from '../../components/toastStore';
import { eventName, recipientText } from './targets';
import { useReadAgain } from './useTargetActions';

const states = ['waiting', 'dead'] as const;
const refreshMs = 30_000;

/** What waits for another try, and dead letters. The filters live in the address. */
export function DeliveryTable({ targets }: { targets: NotificationTarget[] }) {
  const names = new Map(targets.map(({ id, name }) => [id, name]));
  const wanted = useSearchValue('state');
  const state = states.find((one) => one === wanted);
  const target = useSearchValue('target');
  const [going, setGoing] = useState<NotificationDelivery>();
  const tryNow = useTryNow(targets);
  const to = (row: NotificationDelivery) => recipientText(row, names);
  const actions = (row: NotificationDelivery): RowAction[] => [
    { title: words.tryNow, onClick: () => tryNow(row) },
    { title: words.discard, isDanger: true, onClick: () => setGoing(row) },
  ];
  return (
    <>
      <ResourceTable<NotificationDelivery>
        id="notification-deliveries" label={words.title} path={deliveriesPath} query={{ state, target }} filters={['state', 'target']}
        columns={columnsWith(to)} rowName={(row) => words.row(eventName(row.event_type), to(row))} rowActions={actions} defaultSort=""
        hasFilter={false} refetchInterval={refreshMs}
        toolbar={(
          <>
            <StateSelect chosen={state} any={words.anyState} states={states.map((one) => [one, words.states[one]])} />
            <StateSelect chosen={target} any={words.anyTarget} states={[...names]} name="target" label={words.target} />
          </>
        )}
        empty={(
          <EmptyState titleText={words.empty} headingLevel="h3"><EmptyStateBody>{words.emptyBody}</EmptyStateBody></EmptyState>
        )}
      />
      {going && <Discard delivery={going} to={to(going)} onClose={() => setGoing(undefined)} />}
    </>
  );
}

function columnsWith(to: (row: NotificationDelivery) => string): Column<NotificationDelivery>[] {
  return [
    { id: 'event', header: words.what, isFixed: true, csv: (row) => eventName(row.event_type), cell: (row) => eventName(row.event_type) },
    { id: 'to', header: words.to, csv: (row) => row.recipient || to(row), cell: (row) => <bdi>{to(row)}</bdi> },
    { id: 'state', header: words.state, csv: (row) => words.states[stateOf(row)],
      cell: (row) => <Label variant="outline" status={row.dead ? 'danger' : 'warning'}>{words.states[stateOf(row)]}</Label> },
    { id: 'tries', header: words.tries, csv: (row) => String(row.tries), cell: (row) => number(row.tries) },
    { id: 'failure', header: words.why, csv: (row) => row.failure, cell: (row) => row.failure || words.untried },
    { id: 'next_try_at', header: words.next, csv: (row) => row.next_try_at ?? '', cell: (row) => <Time value={row.next_try_at} absent={words.noNext} /> },
    { id: 'created_at', header: words.happened, csv: (row) => row.created_at, cell: (row) => <Time value={row.created_at} /> },
    { id: 'first_tried_at', header: words.first, isHiddenByDefault: true, csv: (row) => row.first_tried_at ?? '',
      cell: (row) => <Time value={row.first_tried_at} /> },
    { id: 'event_id', header: words.eventId, isHiddenByDefault: true, csv: (row) => row.event, cell: (row) => row.event },
  ];
}

function stateOf(delivery: NotificationDelivery): (typeof states)[number] {
  return delivery.dead ? 'dead' : 'waiting';
}

function useTryNow(targets: NotificationTarget[]): (delivery: NotificationDelivery) => void {
  const readAgain = useReadAgain();
  const tried = useMutation({
    mutationFn: ({ id }: NotificationDelivery) => api.post('/api/v1/notification-deliveries/{id}/resend', { path: { id } }),
    onSuccess: (_, delivery) => {
      const off = targets.find(({ id, enabled }) => id === delivery.target && !enabled);
      showToast(off ? { variant: 'info', title: notifications.waitsForOn(off.name) } : { title: words.tried, body: words.triedBody });
    },
    onError: (error) => showToast({ variant: 'danger', title: words.tryNow, body: errorText(error) }),
    onSettled: readAgain,
  });
  return (delivery) => tried.mutate(delivery);
}

function Discard({ delivery, to, onClose }: { delivery: NotificationDelivery; to: string; onClose: () => void }) {
  const readAgain = useReadAgain();
  const discard = async () => {
    await api.delete('/api/v1/notification-deliveries/{id}', { path: { id: delivery.id } });
    showToast({ title: words.discarded });
    await readAgain();
  };
  return (
    <Question title={words.discardTitle} action={words.discard} run={discard} onClose={onClose}>
      <p>{words.discardBody(eventName(delivery.event_type), to)}</p>
    </Question>
  );
}
