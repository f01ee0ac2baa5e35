import { DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm } from '@patternfly/react-core/dist/esm/components/DescriptionList';
import { Modal, ModalBody, ModalHeader } from '@patternfly/react-core/dist/esm/components/Modal';
import { Switch } from '@patternfly/react-core/dist/esm/components/Switch';
import { useSession } from '../api/session';
import { shortcuts as words } from '../app/messages/shortcuts';
import { savePreferences } from '../app/preferences';

const keys = [['/', words.filter], ['n', words.add], ['r', words.refresh], ['?', words.help]] as const;

/** What the single keys do, and a switch for those whom they disturb. */
export default function ShortcutsWindow({ onClose }: { onClose: () => void }) {
  const isOn = useSession().preferences.shortcuts !== false;
  return (
    <Modal isOpen variant="small" onClose={onClose} aria-labelledby="shortcuts-title" aria-describedby="shortcuts-body">
      <ModalHeader title={words.title} labelId="shortcuts-title" />
      <ModalBody id="shortcuts-body">
        <DescriptionList isHorizontal isCompact>
          {keys.map(([key, action]) => (
            <DescriptionListGroup key={key}>
              <DescriptionListTerm><kbd>{key}</kbd></DescriptionListTerm>
              <DescriptionListDescription>{action}</DescriptionListDescription>
            </DescriptionListGroup>
          ))}
        </DescriptionList>
        <Switch label={words.enabled} isChecked={isOn} onChange={(_, on) => savePreferences({ shortcuts: on })} />
      </ModalBody>
    </Modal>
  );
}
