import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { calendarFeed, calendarFeedPath, type CalendarFeed } from '../../api/calendarFeed';
import { text } from '../../app/messages';
import { calendar as words } from '../../app/messages/calendar';
import { Facts } from '../../components/Facts';
import { errorText } from '../../components/FormError';
import { PageError } from '../../components/PageError';
import { PageLoading } from '../../components/PageLoading';
import { Question } from '../../components/Question';
import { ShownOnce } from '../../components/ShownOnce';
import { Time } from '../../components/Time';
import { showToast } from '../../components/toastStore';
import { Part } from './Part';

/** The calendar of what ends, for a calendar program of one's own. */
export default function CalendarTab() {
  const feed = useQuery({ queryKey: [calendarFeedPath], queryFn: ({ signal }) => calendarFeed.read(signal) });
  if (feed.isError && !feed.data) return <PageError title={text.common.pageFailed} error={feed.error} retry={() => void feed.refetch()} />;
  return feed.data ? <Calendar feed={feed.data} /> : <PageLoading />;
}

function Calendar({ feed }: { feed: CalendarFeed }) {
  const queries = useQueryClient();
  const readAgain = () => queries.invalidateQueries({ queryKey: [calendarFeedPath] });
  const [asked, setAsked] = useState<'another' | 'end'>();
  // The address does not stay behind in the page's memory of requests.
  const make = useMutation({ mutationFn: calendarFeed.make, gcTime: 0, onSuccess: readAgain });
  const close = () => setAsked(undefined);
  if (make.data) {
    return (
      <ShownOnce title={words.freshTitle} value={make.data} label={words.freshLabel} done={words.stored} onClose={() => { make.reset(); close(); }}>
        {words.freshBody}
      </ShownOnce>
    );
  }
  const another = async () => void await make.mutateAsync();
  const end = async () => {
    await calendarFeed.end();
    showToast({ title: words.ended });
    await readAgain();
  };
  const actions = feed.exists ? (
    <>
      <Button variant="secondary" onClick={() => setAsked('another')}>{words.makeNew}</Button>
      <Button variant="secondary" isDanger onClick={() => setAsked('end')}>{words.end}</Button>
    </>
  ) : (
    <Button isLoading={make.isPending} isDisabled={make.isPending} spinnerAriaLabel={text.common.loading} onClick={() => make.mutate()}>{words.make}</Button>
  );
  const status = <Label variant="outline" status={feed.exists ? 'success' : undefined}>{feed.exists ? words.on : words.off}</Label>;
  return (
    <Part title={words.title} status={status} actions={actions}>
      {make.isError && !asked && <Alert isInline isLiveRegion variant="danger" title={errorText(make.error)} />}
      <Content component="p">{words.lead}</Content>
      <Content component="p">{words.secret}</Content>
      {feed.exists && <Facts label={words.title} facts={[[words.since, <Time value={feed.created_at} />]]} />}
      {asked === 'another' && (
        <Question title={words.makeNewTitle} action={words.makeNew} run={another} onClose={close} staysOpen><p>{words.makeNewBody}</p></Question>
      )}
      {asked === 'end' && (
        <Question title={words.endTitle} action={words.end} run={end} onClose={close}><p>{words.endBody}</p></Question>
      )}
    </Part>
  );
}
