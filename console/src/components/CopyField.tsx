import { ClipboardCopy } from '@patternfly/react-core/dist/esm/components/ClipboardCopy';
import { text } from '../app/messages';

export interface CopyFieldProps {
  value: string;
  /** Names it for screen readers. */
  label: string;
  isCode?: boolean;
  /** Shows the whole of a text that is longer than a line. */
  isLong?: boolean;
}

/** A value to copy, such as a callback address. */
export function CopyField({ value, label, isCode = false, isLong = false }: CopyFieldProps) {
  return (
    <ClipboardCopy
      isReadOnly
      isCode={isCode}
      variant={isLong ? 'expansion' : undefined}
      isExpanded={isLong}
      hoverTip={text.common.copy}
      clickTip={text.common.copied}
      textAriaLabel={label}
      toggleAriaLabel={label}
      copyAriaLabel={`${text.common.copy}: ${label}`}
    >
      {value}
    </ClipboardCopy>
  );
}
