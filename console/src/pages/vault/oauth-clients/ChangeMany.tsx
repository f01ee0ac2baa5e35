import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core/dist/esm/components/Modal';
import { Progress } from '@patternfly/react-core/dist/esm/components/Progress';
import { useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { text } from '../../../app/messages';
import { changeMany as words } from '../../../app/messages/oauthClientWindow';
import { errorText } from '../../../components/FormError';
import { inTurn } from '../../../components/inTurn';
import { showToast } from '../../../components/toastStore';
import { canBecome, putDisabled } from './clientActions';
import { clientsPath, type OAuthClient } from './clientTypes';


/** Disables or enables many clients, having asked. It can be left: the rest is done all the same. */
export default function ChangeMany({ clients, disabled, onClose }: { clients: OAuthClient[]; disabled: boolean; onClose: () => void }) {
  const id = useId();
  const queries = useQueryClient();
  const meant = clients.filter((client) => canBecome(client, disabled));
  const [done, setDone] = useState<number>();
  const isRunning = done !== undefined;

  const run = async () => {
    let changed = 0;
    let failed = 0;
    let why = '';
    setDone(0);
    await inTurn(meant, async (client) => {
      try {
        await putDisabled(client, disabled);
        changed++;
      } catch (failure) {
        failed++;
        why ||= `${client.label}: ${errorText(failure)}`;
      }
      setDone(changed + failed);
    });
    if (changed > 0) showToast({ title: disabled ? words.disabledMany(changed) : words.enabledMany(changed) });
    if (failed > 0) showToast({ variant: 'danger', title: words.notChangedMany(failed), body: why });
    onClose();
    await queries.invalidateQueries({ queryKey: [clientsPath] });
  };

  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby={`${id}-title`} aria-describedby={`${id}-body`}>
      <ModalHeader title={disabled ? words.disableTitle(meant.length) : words.enableTitle(meant.length)} labelId={`${id}-title`} />
      <ModalBody id={`${id}-body`}>
        <p>{disabled ? words.disableBody : words.enableBody}</p>
        {meant.length < clients.length && <p>{words.leftAlone(clients.length - meant.length)}</p>}
        {isRunning && (
          <Progress aria-label={words.working} value={done} max={meant.length} label={words.doneOf(done, meant.length)} measureLocation="outside" />
        )}
      </ModalBody>
      <ModalFooter>
        <Button isDisabled={isRunning || meant.length === 0} onClick={() => void run()}>{disabled ? words.disable : words.enable}</Button>
        <Button variant="link" onClick={onClose}>{isRunning ? text.common.close : text.common.cancel}</Button>
      </ModalFooter>
    </Modal>
  );
}
