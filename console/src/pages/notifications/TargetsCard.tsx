import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Card, CardBody, CardFooter, CardTitle } from '@patternfly/react-core/dist/esm/components/Card';
import { EmptyState, EmptyStateBody } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { lazy, Suspense, useState } from 'react';
import { api } from '../../api/client';
import { targetPath, type NotificationTarget } from '../../api/notifications';
import { text } from '../../app/messages';
import { notifications as words } from '../../app/messages/notifications';
import { useProjectNames } from '../../components/projectNames';
import { Question } from '../../components/Question';
import type { RowAction } from '../../components/ResourceTable';
import { showToast } from '../../components/toastStore';
import { TargetTable } from './TargetTable';
import { useReadAgain, useTargetActions } from './useTargetActions';

const NewSecretWindow = lazy(() => import('./NewSecretWindow'));
const TestWindow = lazy(() => import('./TestWindow'));

export interface TargetsCardProps {
  targets: NotificationTarget[];
  /** Opens the window of one, or of a `new` one. */
  open: (id: string) => void;
  showDead: (target: NotificationTarget) => void;
}

/** Who is told, whether they take it, and what can be done about it. */
export function TargetsCard({ targets, open, showDead }: TargetsCardProps) {
  const projects = useProjectNames();
  const { test, resend, toggle } = useTargetActions();
  const [going, setGoing] = useState<NotificationTarget>();
  const [renewing, setRenewing] = useState<NotificationTarget>();
  const actions = (target: NotificationTarget): RowAction[] => [
    { title: text.common.edit, onClick: () => open(target.id) },
    { title: words.test, onClick: () => test.mutate(target) },
    { title: words.newSecret, onClick: () => setRenewing(target) },
    ...(target.dead_letters > 0 ? [{ title: words.resendAll, onClick: () => resend(target) }] : []),
    { title: target.enabled ? words.turnOff : words.turnOn, onClick: () => toggle(target) },
    { title: text.common.delete, isDanger: true, onClick: () => setGoing(target) },
  ];
  return (
    <Card>
      <CardTitle component="h2">{words.targets}</CardTitle>
      <CardBody>
        {targets.length === 0 ? (
          <EmptyState titleText={words.empty} headingLevel="h3"><EmptyStateBody>{words.emptyBody}</EmptyStateBody></EmptyState>
        ) : <TargetTable targets={targets} projects={projects} edit={({ id }) => open(id)} showDead={showDead} actions={actions} />}
      </CardBody>
      <CardFooter><Button onClick={() => open('new')}>{words.add}</Button></CardFooter>
      {going && <DeleteTarget target={going} onClose={() => setGoing(undefined)} />}
      <Suspense>
        {renewing && <NewSecretWindow target={renewing} onClose={() => setRenewing(undefined)} />}
        {test.variables && <TestWindow target={test.variables} test={test} />}
      </Suspense>
    </Card>
  );
}

function DeleteTarget({ target, onClose }: { target: NotificationTarget; onClose: () => void }) {
  const readAgain = useReadAgain();
  const untold = target.waiting + target.dead_letters;
  const remove = async () => {
    await api.delete(targetPath, { path: { id: target.id } });
    showToast({ title: words.deleted(target.name) });
    await readAgain();
  };
  return (
    <Question title={words.deleteTitle(target.name)} action={text.common.delete} run={remove} onClose={onClose}>
      <p>{words.deleteBody}</p>
      {untold > 0 && <p>{words.deleteWith(untold)}</p>}
    </Question>
  );
}
