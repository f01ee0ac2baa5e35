import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Popover } from '@patternfly/react-core/dist/esm/components/Popover';
import QuestionCircleIcon from '@patternfly/react-icons/dist/esm/icons/question-circle-icon';
import type { ReactNode } from 'react';
import { text } from '../app/messages';

/** A question mark that explains `about` on demand: for what is too long to stand under a field. */
export function HelpText({ about, children }: { about: string; children: ReactNode }) {
  return (
    <Popover headerContent={about} bodyContent={children} closeBtnAriaLabel={text.common.close}>
      <Button variant="plain" size="sm" hasNoPadding aria-label={text.common.moreAbout(about)} icon={<QuestionCircleIcon />} />
    </Popover>
  );
}
