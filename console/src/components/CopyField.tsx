import { ClipboardCopy } from '@patternfly/react-core/dist/esm/components/ClipboardCopy';
import { text } from '../app/messages';

/** A value to copy, such as a callback address. `label` names it for screen readers; long values can be shown as code. */
export function CopyField({ value, label, isCode = false }: { value: string; label: string; isCode?: boolean }) {
  return (
    <ClipboardCopy
      isReadOnly
      isCode={isCode}
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
