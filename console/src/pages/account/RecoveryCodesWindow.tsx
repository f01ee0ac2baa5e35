import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Checkbox } from '@patternfly/react-core/dist/esm/components/Checkbox';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core/dist/esm/components/Modal';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useId, useState } from 'react';
import { secondFactor as words } from '../../app/messages/account';
import { CopyField } from '../../components/CopyField';
import { saveFile } from '../../components/csv';

/** Recovery codes, this once; it closes where the person says that they have kept them, and in no other way. */
export default function RecoveryCodesWindow({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const [isKept, setKept] = useState(false);
  const id = useId();
  const lines = codes.join('\n');
  return (
    <Modal isOpen variant="small" onEscapePress={() => undefined} aria-labelledby={`${id}-title`} aria-describedby={`${id}-body`}>
      <ModalHeader title={words.recoveryTitle} labelId={`${id}-title`} />
      <ModalBody id={`${id}-body`}>
        <Stack hasGutter>
          <StackItem><Content component="p">{words.recoveryBody}</Content></StackItem>
          <StackItem><CopyField label={words.recoveryCodes} value={lines} isLong /></StackItem>
          <StackItem>
            <Button variant="secondary" onClick={() => saveFile(`${words.fileName}.txt`, 'text/plain;charset=utf-8', [`${lines}\n`])}>
              {words.download}
            </Button>
          </StackItem>
          <StackItem><Checkbox id={`${id}-kept`} label={words.kept} isChecked={isKept} onChange={(_, on) => setKept(on)} /></StackItem>
        </Stack>
      </ModalBody>
      <ModalFooter><Button isDisabled={!isKept} onClick={onClose}>{words.close}</Button></ModalFooter>
    </Modal>
  );
}
