import { Checkbox } from '@patternfly/react-core/dist/esm/components/Checkbox';
import { ToolbarItem } from '@patternfly/react-core/dist/esm/components/Toolbar';
import { basicEngine as words } from '../../../app/messages/basicEngine';
import { useSearchChange } from '../../../app/url';

/** Narrows the list to clients that may be delivered to Basic Engine Robots; lives in the address as `basic_engine`. */
export default function BasicEngineFilter({ isOn }: { isOn: boolean }) {
  const [, change] = useSearchChange();
  return (
    <ToolbarItem alignSelf="center">
      <Checkbox id="basic-engine-filter" label={words.filter} isChecked={isOn}
        onChange={(_, isWanted) => change({ basic_engine: isWanted ? 'true' : undefined, page: undefined })} />
    </ToolbarItem>
  );
}
