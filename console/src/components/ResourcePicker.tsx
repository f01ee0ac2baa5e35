import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { MenuToggle } from '@patternfly/react-core/dist/esm/components/MenuToggle';
import { Select, SelectList, SelectOption } from '@patternfly/react-core/dist/esm/components/Select';
import { TextInputGroup, TextInputGroupMain, TextInputGroupUtilities } from '@patternfly/react-core/dist/esm/components/TextInputGroup';
import TimesIcon from '@patternfly/react-icons/dist/esm/icons/times-icon';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { request, type ListPage, type QueryValues } from '../api/client';
import { text } from '../app/messages';
import { picker as words } from '../app/messages/picker';
import type { ControlProps } from './Field';

const shownAtOnce = 20;

export interface ResourcePickerProps<Row extends { id: string }> {
  /** A list of the API that knows `filter`, such as `/api/v1/robots`. */
  path: string;
  query?: QueryValues;
  rowName: (row: Row) => string;
  /** Tells rows of one name apart. */
  rowDetail?: (row: Row) => string;
  value: Row | undefined;
  onChange: (row: Row | undefined) => void;
  /** The field's, where it stands in a form. */
  control?: Partial<ControlProps>;
  /** Its name, also where a field around it shows one: the kit's box has a name of its own that would win. */
  label: string;
  placeholder?: string;
  isDisabled?: boolean;
}

/** Chooses one thing out of a list that may be long: the server finds what is typed. */
export function ResourcePicker<Row extends { id: string }>(props: ResourcePickerProps<Row>) {
  const { path, query, rowName, rowDetail, value, onChange, isDisabled } = props;
  const listId = useId();
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const [active, setActive] = useState(-1);
  const list = useQuery({
    queryKey: [path, 'picker', query, typed], enabled: isOpen, placeholderData: keepPreviousData,
    queryFn: ({ signal }) => request<ListPage<Row>>('GET', path, { query: { ...query, filter: typed, page_size: shownAtOnce }, signal }),
  });
  const rows = list.data?.items ?? [];
  const more = (list.data?.total ?? 0) - rows.length;
  const open = () => {
    if (!isDisabled) setOpen(true);
  };
  const close = () => {
    setOpen(false);
    setTyped('');
    setActive(-1);
  };
  const choose = (row: Row | undefined) => {
    if (row) onChange(row);
    close();
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      open();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setActive((now) => (rows.length === 0 ? -1 : (now + step + rows.length) % rows.length));
    } else if (event.key === 'Enter') {
      // A form is sent by its button, not by choosing.
      event.preventDefault();
      if (isOpen) choose(rows[Math.max(active, 0)]);
      else open();
    } else if (event.key === 'Escape' && isOpen) {
      // Closes the choices, not the window around them.
      event.stopPropagation();
      close();
    }
  };
  const shown = isOpen ? typed : value ? rowName(value) : '';
  const { id, validated, isRequired, 'data-pointer': pointer, 'aria-describedby': describedBy } = props.control ?? {};
  const activeId = isOpen && active >= 0 && rows[active] ? `${listId}-${rows[active].id}` : undefined;
  return (
    <Select
      isOpen={isOpen} selected={value?.id} onSelect={(_, id) => choose(rows.find((row) => row.id === id))}
      onOpenChange={(next) => { if (!next) close(); }} shouldFocusFirstItemOnOpen={false} isScrollable variant="typeahead"
      toggle={(ref) => (
        <MenuToggle ref={ref} variant="typeahead" isExpanded={isOpen} isDisabled={isDisabled} isFullWidth
          status={validated === 'error' ? 'danger' : undefined} onClick={() => (isOpen ? close() : open())} aria-label={words.open}>
          <TextInputGroup isPlain isDisabled={isDisabled}>
            <TextInputGroupMain
              inputId={id} value={shown} autoComplete="off" role="combobox" isExpanded={isOpen} aria-controls={listId}
              aria-activedescendant={activeId} aria-label={props.label} placeholder={props.placeholder ?? words.placeholder}
              inputProps={{
                required: isRequired, 'data-pointer': pointer, 'aria-describedby': describedBy, 'aria-invalid': validated === 'error' || undefined,
              }}
              onClick={open} onChange={(_, next) => { setTyped(next); setActive(0); open(); }} onKeyDown={onKeyDown} />
            {value && !isDisabled && (
              <TextInputGroupUtilities>
                <Button variant="plain" aria-label={words.clear} icon={<TimesIcon />} onClick={() => { onChange(undefined); close(); }} />
              </TextInputGroupUtilities>
            )}
          </TextInputGroup>
        </MenuToggle>
      )}
    >
      <SelectList id={listId}>
        {rows.map((row, index) => (
          <SelectOption key={row.id} id={`${listId}-${row.id}`} value={row.id} isFocused={index === active} description={rowDetail?.(row)}>
            {rowName(row)}
          </SelectOption>
        ))}
        {list.isPending && <SelectOption key="loading" isDisabled>{text.common.loading}</SelectOption>}
        {list.data && rows.length === 0 && <SelectOption key="none" isDisabled>{words.none}</SelectOption>}
        {more > 0 && <SelectOption key="more" isDisabled>{words.more(more)}</SelectOption>}
      </SelectList>
    </Select>
  );
}
