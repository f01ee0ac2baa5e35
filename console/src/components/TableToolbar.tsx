// What stands above and below a ResourceTable.
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Dropdown, DropdownItem, DropdownList } from '@patternfly/react-core/dist/esm/components/Dropdown';
import { MenuToggle, MenuToggleCheckbox } from '@patternfly/react-core/dist/esm/components/MenuToggle';
import { Pagination } from '@patternfly/react-core/dist/esm/components/Pagination';
import { Select, SelectList, SelectOption } from '@patternfly/react-core/dist/esm/components/Select';
import { Toolbar, ToolbarContent, ToolbarGroup, ToolbarItem } from '@patternfly/react-core/dist/esm/components/Toolbar';
import { Tooltip } from '@patternfly/react-core/dist/esm/components/Tooltip';
import ColumnsIcon from '@patternfly/react-icons/dist/esm/icons/columns-icon';
import DownloadIcon from '@patternfly/react-icons/dist/esm/icons/download-icon';
import PlusIcon from '@patternfly/react-icons/dist/esm/icons/plus-icon';
import SyncAltIcon from '@patternfly/react-icons/dist/esm/icons/sync-alt-icon';
import UndoIcon from '@patternfly/react-icons/dist/esm/icons/undo-icon';
import UploadIcon from '@patternfly/react-icons/dist/esm/icons/upload-icon';
import { useState, type ReactNode } from 'react';
import type { QueryValues } from '../api/client';
import { text } from '../app/messages';
import { FilterBox } from './FilterBox';
import { errorText } from './FormError';
import type { BulkAction, Column, ResourceTableProps, Selection, SelectionState } from './ResourceTable';
import { pageSizes, shownRange, type TableState } from './tableState';
import { showToast } from './toastStore';

interface TableToolbarProps<Row extends { id: string }> {
  table: ResourceTableProps<Row>;
  state: TableState;
  total: number;
  isFetching: boolean;
  shown: Column<Row>[];
  /** What the list was asked for, but for its page. */
  asked: QueryValues;
  rows: Row[];
  selection: SelectionState<Row>;
  selected: Selection<Row>;
  set: (wanted: Partial<TableState>) => void;
  reset: () => void;
  refresh: () => void;
}

export function TableToolbar<Row extends { id: string }>(props: TableToolbarProps<Row>) {
  const { table, state, total, set } = props;
  return (
    <Toolbar>
      <ToolbarContent>
        {table.bulkActions && <ToolbarItem><SelectMenu {...props} /></ToolbarItem>}
        {table.hasFilter !== false && (
          <ToolbarItem><FilterBox value={state.filter} onChange={(filter) => set({ filter })} /></ToolbarItem>
        )}
        {table.toolbar}
        {table.bulkActions && props.selected.count > 0 && (
          <ToolbarItem><BulkMenu actions={table.bulkActions} selected={props.selected} /></ToolbarItem>
        )}
        <ToolbarGroup variant="action-group-plain">
          {table.add && (
            <ToolbarItem>
              <IconButton label={table.add.label} icon={<PlusIcon />} onClick={table.add.onClick} variant="primary" />
            </ToolbarItem>
          )}
          <ToolbarItem><ColumnMenu columns={table.columns} state={state} set={set} /></ToolbarItem>
          <ToolbarItem>
            <IconButton label={text.table.refresh} icon={<SyncAltIcon />} onClick={props.refresh} isDisabled={props.isFetching} />
          </ToolbarItem>
          <ToolbarItem><IconButton label={text.table.reset} icon={<UndoIcon />} onClick={props.reset} /></ToolbarItem>
          {table.upload && (
            <ToolbarItem><IconButton label={table.upload.label} icon={<UploadIcon />} onClick={table.upload.onClick} /></ToolbarItem>
          )}
          <ToolbarItem><ExportButton {...props} /></ToolbarItem>
        </ToolbarGroup>
        <ToolbarItem variant="pagination" align={{ default: 'alignEnd' }}>
          <TablePages state={state} total={total} set={set} variant="top" />
        </ToolbarItem>
      </ToolbarContent>
    </Toolbar>
  );
}

interface IconButtonProps {
  label: string;
  icon: ReactNode;
  onClick: () => void;
  isDisabled?: boolean;
  variant?: 'plain' | 'primary';
}

function IconButton({ label, icon, onClick, isDisabled, variant = 'plain' }: IconButtonProps) {
  return (
    <Tooltip content={label} aria="none">
      <Button variant={variant} aria-label={label} icon={icon} onClick={onClick} isAriaDisabled={isDisabled} />
    </Tooltip>
  );
}

function SelectMenu<Row extends { id: string }>({ rows, total, selection, selected }: TableToolbarProps<Row>) {
  const [isOpen, setOpen] = useState(false);
  const page = () => selection.set({ all: false, rows: new Map(rows.map((row) => [row.id, row])) });
  const none = () => selection.set({ all: false, rows: new Map() });
  const isWholePage = rows.length > 0 && (selection.now.all || rows.every((row) => !selection.now.all && selection.now.rows.has(row.id)));
  const tick = isWholePage ? true : selected.count > 0 ? null : false;
  return (
    <Dropdown isOpen={isOpen} onOpenChange={setOpen} onSelect={() => setOpen(false)}
      toggle={(ref) => (
        <MenuToggle ref={ref} isExpanded={isOpen} onClick={() => setOpen(!isOpen)} aria-label={text.table.selectMenu}
          splitButtonItems={[
            <MenuToggleCheckbox key="tick" id="select-page" aria-label={text.table.selectPage} isChecked={tick}
              onChange={(on) => (on ? page() : none())}>
              {selected.count > 0 ? text.table.selected(selected.count) : undefined}
            </MenuToggleCheckbox>,
          ]} />
      )}>
      <DropdownList>
        <DropdownItem key="page" onClick={page}>{text.table.selectPage}</DropdownItem>
        <DropdownItem key="all" onClick={() => selection.set({ all: true })}>{text.table.selectAll(total)}</DropdownItem>
        <DropdownItem key="none" onClick={none}>{text.table.selectNone}</DropdownItem>
      </DropdownList>
    </Dropdown>
  );
}

function BulkMenu<Row>({ actions, selected }: { actions: BulkAction<Row>[]; selected: Selection<Row> }) {
  const [isOpen, setOpen] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const run = async (action: BulkAction<Row>) => {
    setBusy(true);
    try {
      await action.run(selected);
    } catch (error) {
      showToast({ variant: 'danger', title: action.label, body: errorText(error) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dropdown isOpen={isOpen} onOpenChange={setOpen} onSelect={() => setOpen(false)}
      toggle={(ref) => (
        <MenuToggle ref={ref} isExpanded={isOpen} isDisabled={isBusy} onClick={() => setOpen(!isOpen)}>
          {isBusy ? text.table.working : text.table.actions}
        </MenuToggle>
      )}>
      <DropdownList>
        {actions.map((action) => (
          <DropdownItem key={action.label} isDanger={action.isDanger} onClick={() => void run(action)}>{action.label}</DropdownItem>
        ))}
      </DropdownList>
    </Dropdown>
  );
}

interface ColumnMenuProps<Row> {
  columns: Column<Row>[];
  state: TableState;
  set: (wanted: Partial<TableState>) => void;
}

function ColumnMenu<Row>({ columns, state, set }: ColumnMenuProps<Row>) {
  const [isOpen, setOpen] = useState(false);
  const toggle = (id: string) => {
    const next = columns.map((column) => column.id)
      .filter((column) => (column === id ? !state.columns.includes(id) : state.columns.includes(column)));
    if (next.length > 0) set({ columns: next });
  };
  return (
    <Select role="menu" isOpen={isOpen} onOpenChange={setOpen} onSelect={(_, id) => toggle(String(id))}
      toggle={(ref) => (
        <MenuToggle ref={ref} variant="plain" isExpanded={isOpen} onClick={() => setOpen(!isOpen)} aria-label={text.table.columns}
          icon={<ColumnsIcon />} />
      )}>
      <SelectList>
        {columns.map((column) => (
          <SelectOption key={column.id} value={column.id} hasCheckbox isDisabled={column.isFixed}
            isSelected={column.isFixed || state.columns.includes(column.id)}>
            {column.header}
          </SelectOption>
        ))}
      </SelectList>
    </Select>
  );
}

function ExportButton<Row extends { id: string }>({ table, shown, asked }: TableToolbarProps<Row>) {
  const [progress, setProgress] = useState<string>();
  const run = async () => {
    setProgress('');
    try {
      const columns = shown.flatMap(({ header, csv }) => (csv ? [{ header, csv }] : []));
      const { exportCsv } = await import('./csv');
      await exportCsv(table.label, table.path, asked, columns, (got, total) => setProgress(text.table.exporting(got, total)));
    } catch (error) {
      showToast({ variant: 'danger', title: text.table.exportFailed, body: errorText(error) });
    }
    setProgress(undefined);
  };
  if (progress !== undefined) return <Button variant="link" isLoading spinnerAriaLabel={text.common.loading}>{progress}</Button>;
  return <IconButton label={text.table.export} icon={<DownloadIcon />} onClick={() => void run()} />;
}

interface TablePagesProps {
  state: TableState;
  total: number;
  set: (wanted: Partial<TableState>) => void;
  variant: 'top' | 'bottom';
}

/** "n–m of N" of the filtered set, page size, first, previous, next, last. */
export function TablePages({ state, total, set, variant }: TablePagesProps) {
  const { from, to } = shownRange(state.page, state.pageSize, total);
  return (
    <Pagination
      itemCount={total} page={state.page} perPage={state.pageSize} variant={variant} isCompact={variant === 'top'}
      isStatic // pinned, as the kit has it on narrow screens, it lies over the rows' links
      perPageOptions={pageSizes.map((size) => ({ title: String(size), value: size }))}
      onSetPage={(_, page) => set({ page })}
      onPerPageSelect={(_, pageSize) => set({ pageSize })}
      toggleTemplate={() => <span>{text.table.range(from, to, total)}</span>}
      widgetId={`pages-${variant}`}
      titles={{
        paginationAriaLabel: `${text.table.pagination} (${variant})`, optionsToggleAriaLabel: text.table.rangeAndSize(from, to, total),
        toFirstPageAriaLabel: text.table.firstPage, toPreviousPageAriaLabel: text.table.previousPage,
        toNextPageAriaLabel: text.table.nextPage, toLastPageAriaLabel: text.table.lastPage,
        currPageAriaLabel: text.table.page, perPageSuffix: text.table.perPageSuffix, ofWord: text.table.ofPages,
      }}
    />
  );
}
