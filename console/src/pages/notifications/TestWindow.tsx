import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core/dist/esm/components/Modal';
import { Progress } from '@patternfly/react-core/dist/esm/components/Progress';
import type { UseMutationResult } from '@tanstack/react-query';
import { useId } from 'react';
import type { NotificationTarget, NotificationTest } from '../../api/notifications';
import { text } from '../../app/messages';
import { notifications as words } from '../../app/messages/notifications';
import { errorText } from '../../components/FormError';
import { testTitle } from './targets';

export interface TestWindowProps {
  target: NotificationTarget;
  /** Is under way, or is over. */
  test: UseMutationResult<NotificationTest, unknown, NotificationTarget>;
}

/** What comes of a test event, which may take a while: the server waits for the receiver. */
export default function TestWindow({ target, test }: TestWindowProps) {
  const id = useId();
  return (
    <Modal isOpen variant="small" onClose={test.reset} aria-labelledby={`${id}-title`} aria-describedby={`${id}-body`}>
      <ModalHeader title={words.testOf(target.name)} labelId={`${id}-title`} />
      <ModalBody id={`${id}-body`}>
        {test.isPending && (
          <>
            <Progress title={words.testing(target.url)} measureLocation="none" aria-label={words.testOf(target.name)} />
            <Content component="p">{words.testingBody}</Content>
          </>
        )}
        {test.isError && <Alert isInline isLiveRegion variant="danger" title={words.testFailed}>{errorText(test.error)}</Alert>}
        {test.data && (
          <Alert isInline isLiveRegion variant={test.data.ok ? 'success' : 'danger'} title={testTitle(test.data)}>{test.data.message}</Alert>
        )}
      </ModalBody>
      <ModalFooter>
        <Button variant="secondary" isDisabled={test.isPending} onClick={() => test.mutate(target)}>{words.testAgain}</Button>
        <Button variant="link" onClick={test.reset}>{text.common.close}</Button>
      </ModalFooter>
    </Modal>
  );
}
