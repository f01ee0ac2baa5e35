import { Button, type ButtonProps } from '@patternfly/react-core/dist/esm/components/Button';
import { Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core/dist/esm/components/Modal';
import { Tab, TabContentBody, Tabs, TabTitleText } from '@patternfly/react-core/dist/esm/components/Tabs';
import { Tooltip } from '@patternfly/react-core/dist/esm/components/Tooltip';
import { Flex } from '@patternfly/react-core/dist/esm/layouts/Flex';
import { useId, useRef, useState, type ReactNode, type RefObject } from 'react';
import { useLeaveGuard } from '../app/leaveGuard';
import { text } from '../app/messages';
import { useSearchChange } from '../app/url';
import { WindowToasts } from './WindowToasts';

/** One tab of a window. A disabled one stays in view and says why when focused. */
export interface WindowTab {
  /** In the address as `tab=`. */
  id: string;
  title: string;
  content: ReactNode;
  isDisabled?: boolean;
  disabledReason?: string;
}

/** A button of the question that is asked when somebody leaves unsaved input. */
export interface LeaveAction {
  label: string;
  variant?: ButtonProps['variant'];
  /** Done before the window closes; where it throws, the window stays. */
  run?: () => void | Promise<void>;
}

export interface ResourceWindowProps {
  title: string;
  description?: ReactNode;
  /** Leaves: goes to the list's address. Called after the person was asked, where there was something to ask. */
  onClose: () => void;
  /** Whether something was entered that is not saved. */
  isDirty?: boolean;
  /** Asks on *Cancel* though nothing would be lost: what was saved may be kept or thrown away. Left out: when dirty. */
  asksOnCancel?: boolean;
  /** What is asked then; left out: *Discard* or *Go on editing*. `actions` stand in front of *Go on editing*, which `stay` words otherwise. */
  leaving?: { title: string; body: ReactNode; actions: LeaveAction[]; stay?: string };
  variant?: 'small' | 'medium' | 'large';
  /** Real tabs, below `children`. Which one is open lives in the address. */
  tabs?: WindowTab[];
  children?: ReactNode;
  /** Stands above the buttons, in view wherever the rest was scrolled to, and is read out as it comes. */
  notice?: ReactNode;
  /** The buttons; use `requestClose` for *Cancel*, so that it asks as the cross does. */
  footer: (requestClose: () => void) => ReactNode;
}

/** The open tab of a window and a way to change it; what the address says wrongly, or is disabled, is the first tab. */
export function useWindowTab(tabs: readonly WindowTab[]): [string, (id: string) => void] {
  const [search, change] = useSearchChange();
  const wanted = new URLSearchParams(search).get('tab');
  const open = tabs.find((tab) => tab.id === wanted && !tab.isDisabled) ?? tabs[0];
  return [open?.id ?? '', (id) => change({ tab: id === tabs[0]?.id ? undefined : id }, true)];
}

/**
 * A window over a list, with an address of its own: the page renders it for `…/new` and `…/{id}`. Closing it, Escape and the
 * browser's Back ask first when something would be lost.
 */
export function ResourceWindow(props: ResourceWindowProps) {
  const { title, description, onClose, isDirty = false, leaving, variant = 'medium', tabs, children, notice, footer } = props;
  const asks = isDirty || (props.asksOnCancel ?? false);
  const id = useId();
  const [isAsking, setAsking] = useState(false);
  const release = useLeaveGuard(isDirty, () => setAsking(true));
  const leave = () => {
    release();
    onClose();
  };
  const requestClose = () => (asks ? setAsking(true) : leave());
  return (
    <>
      <Modal isOpen variant={variant} position="top" onClose={requestClose} aria-labelledby={`${id}-title`} aria-describedby={`${id}-body`}>
        <ModalHeader title={title} description={description} labelId={`${id}-title`} />
        <ModalBody id={`${id}-body`}>{children}{tabs && <WindowTabs title={title} tabs={tabs} />}</ModalBody>
        <WindowToasts />
        <div aria-live="polite">{notice && <ModalFooter>{notice}</ModalFooter>}</div>
        {/* Buttons with much to say wrap on a telephone. */}
        <ModalFooter><Flex spaceItems={{ default: 'spaceItemsSm' }}>{footer(requestClose)}</Flex></ModalFooter>
      </Modal>
      {isAsking && <LeaveQuestion leaving={leaving} onStay={() => setAsking(false)} onLeave={leave} />}
    </>
  );
}

function WindowTabs({ title, tabs }: { title: string; tabs: WindowTab[] }) {
  const [open, setOpen] = useWindowTab(tabs);
  return (
    <Tabs activeKey={open} onSelect={(_, key) => setOpen(String(key))} aria-label={title}>
      {tabs.map((tab) => (
        <Tab key={tab.id} eventKey={tab.id} {...tabProps(tab)}>
          {tab.id === open && <TabContentBody hasPadding>{tab.content}</TabContentBody>}
        </Tab>
      ))}
    </Tabs>
  );
}

function tabProps(tab: WindowTab) {
  return {
    title: <TabTitleText>{tab.title}</TabTitleText>,
    isAriaDisabled: tab.isDisabled ?? false,
    tooltip: tab.isDisabled && tab.disabledReason ? <Tooltip content={tab.disabledReason} /> : undefined,
  };
}

interface LeaveQuestionProps {
  leaving: ResourceWindowProps['leaving'];
  onStay: () => void;
  onLeave: () => void;
}

function LeaveQuestion({ leaving, onStay, onLeave }: LeaveQuestionProps) {
  const id = useId();
  const busy = useBusy();
  const actions = leaving?.actions ?? [{ label: text.window.discard, variant: 'danger' as const }];
  const run = (action: LeaveAction) => busy.run(async () => {
    try {
      await action.run?.();
    } catch {
      // The form says why; it is still there to be mended.
      return onStay();
    }
    onLeave();
  });
  return (
    <Modal isOpen variant="small" onClose={onStay} aria-labelledby={`${id}-title`} aria-describedby={`${id}-body`}>
      <ModalHeader title={leaving?.title ?? text.window.unsavedTitle} labelId={`${id}-title`} titleIconVariant="warning" />
      <ModalBody id={`${id}-body`}>{leaving?.body ?? text.window.unsavedBody}</ModalBody>
      <ModalFooter>
        {actions.map((action) => (
          <Button key={action.label} variant={action.variant ?? 'primary'} isDisabled={busy.is} onClick={() => void run(action)}>
            {action.label}
          </Button>
        ))}
        <Button variant="link" onClick={onStay}>{leaving?.stay ?? text.window.stay}</Button>
      </ModalFooter>
    </Modal>
  );
}

/** One thing at a time: a second press while the first is under way does nothing. */
function useBusy(): { is: boolean; run: (work: () => Promise<void>) => Promise<void> } {
  const [is, set] = useState(false);
  const running: RefObject<boolean> = useRef(false);
  return {
    is,
    run: async (work) => {
      if (running.current) return;
      running.current = true;
      set(true);
      try {
        await work();
      } finally {
        running.current = false;
        set(false);
      }
    },
  };
}
