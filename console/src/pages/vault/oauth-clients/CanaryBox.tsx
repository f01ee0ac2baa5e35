import { Checkbox } from '@patternfly/react-core/dist/esm/components/Checkbox';
import { ExpandableSection } from '@patternfly/react-core/dist/esm/components/ExpandableSection';
import { useState } from 'react';
import { canary as words } from '../../../app/messages/canary';

interface CanaryBoxProps {
  isChecked: boolean;
  isReadOnly: boolean;
  onChange: (isChecked: boolean) => void;
}

/** The box that makes a client a canary, among what is seldom needed. */
export function CanaryBox({ isChecked, isReadOnly, onChange }: CanaryBoxProps) {
  const [isOpen, setOpen] = useState(isChecked);
  return (
    <ExpandableSection toggleText={words.advanced} isExpanded={isOpen} onToggle={(_, next) => setOpen(next)} isIndented>
      <Checkbox id="canary-box" label={words.box} description={words.boxHint} body={isChecked ? words.boxAdvice : undefined} isChecked={isChecked}
        isDisabled={isReadOnly} onChange={(_, checked) => onChange(checked)} />
    </ExpandableSection>
  );
}
