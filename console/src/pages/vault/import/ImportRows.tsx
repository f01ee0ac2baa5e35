import { Checkbox } from '@patternfly/react-core/dist/esm/components/Checkbox';
import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import { Pagination } from '@patternfly/react-core/dist/esm/components/Pagination';
import { Flex, FlexItem } from '@patternfly/react-core/dist/esm/layouts/Flex';
import { Table } from '@patternfly/react-table/dist/esm/components/Table/Table';
import { Tbody } from '@patternfly/react-table/dist/esm/components/Table/Tbody';
import { Td } from '@patternfly/react-table/dist/esm/components/Table/Td';
import { Th } from '@patternfly/react-table/dist/esm/components/Table/Th';
import { Thead } from '@patternfly/react-table/dist/esm/components/Table/Thead';
import { Tr } from '@patternfly/react-table/dist/esm/components/Table/Tr';
import { useState } from 'react';
import { text } from '../../../app/messages';
import { tokenImportFile as words } from '../../../app/messages/tokenImportFile';
import { shownRange } from '../../../components/tableState';
import type { ImportFile, ListedRow } from './importFile';
import type { RowOutcome } from './sendParts';

const pageSizes = [10, 50, 100] as const;

interface ImportRowsProps {
  file: ImportFile;
  outcomes: ReadonlyMap<number, RowOutcome>;
  /** It was imported, and not only checked. */
  isDone: boolean;
}

/** The rows of a file: whose they are and what tokens they bring, never the tokens; and what becomes of them. */
export function ImportRows({ file, outcomes, isDone }: ImportRowsProps) {
  const [wantsRefused, setWantsRefused] = useState(false);
  const [page, setPage] = useState(1);
  const [pageSize, setPageSize] = useState<number>(pageSizes[0]);
  const all = file.rows.map((row, number) => ({ row, number, outcome: outcomes.get(number) ?? ofProblem(row) }));
  const refused = all.filter(({ outcome }) => outcome?.outcome === 'refused');
  const isOnlyRefused = wantsRefused && refused.length > 0;
  const wanted = isOnlyRefused ? refused : all;
  const lastPage = Math.max(1, Math.ceil(wanted.length / pageSize));
  const shown = Math.min(page, lastPage);
  const from = (shown - 1) * pageSize;
  return (
    <>
      <Flex justifyContent={{ default: 'justifyContentSpaceBetween' }}>
        <FlexItem>
          {refused.length > 0 && (
            <Checkbox id="only-refused" label={words.onlyRefused(refused.length)} isChecked={wantsRefused}
              onChange={(_, on) => {
                setWantsRefused(on);
                setPage(1);
              }} />
          )}
        </FlexItem>
        <FlexItem>{words.count(wanted.length)}</FlexItem>
      </Flex>
      <Table aria-label={words.rows} variant="compact" gridBreakPoint="grid-md">
        <Thead>
          <Tr>
            <Th modifier="fitContent">{file.format === 'csv' ? words.line : words.element}</Th>
            <Th width={40}>{words.label}</Th>
            <Th modifier="fitContent">{words.tokens}</Th>
            <Th>{words.outcome}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {wanted.slice(from, from + pageSize).map(({ row, number, outcome }) => (
            <Tr key={number}>
              <Td dataLabel={file.format === 'csv' ? words.line : words.element}>{row.line}</Td>
              <Td dataLabel={words.label} modifier="breakWord"><bdi>{row.label || text.common.emptyValue}</bdi></Td>
              <Td dataLabel={words.tokens} modifier="nowrap"><Tokens row={row} /></Td>
              <Td dataLabel={words.outcome}>{outcome ? <Became of={outcome} isDone={isDone} /> : words.unchecked}</Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
      {wanted.length > pageSizes[0] && (
        <Pages total={wanted.length} page={shown} pageSize={pageSize} setPage={setPage}
          setPageSize={(size) => {
            setPageSize(size);
            setPage(1);
          }} />
      )}
    </>
  );
}

function ofProblem({ problem }: ListedRow): RowOutcome | undefined {
  return problem && { outcome: 'refused', problem };
}

/** Which kinds of tokens a row brings. */
function Tokens({ row }: { row: ListedRow }) {
  if (!row.hasRefreshToken && !row.hasAccessToken) return words.noTokens;
  return (
    <div>
      {row.hasRefreshToken && <Label isCompact variant="outline">{words.refresh}</Label>}{' '}
      {row.hasAccessToken && <Label isCompact variant="outline">{words.access}</Label>}
    </div>
  );
}

function Became({ of: { outcome, problem }, isDone }: { of: RowOutcome; isDone: boolean }) {
  if (problem) {
    return <div><Label isCompact status="danger">{words.refused}</Label> {words.because(problem.field, problem.detail)}</div>;
  }
  if (outcome === 'created') return isDone ? words.created : words.willCreate;
  if (outcome === 'updated') return isDone ? words.updated : words.willUpdate;
  return outcome === 'unknown' ? words.unknownOutcome : words.unsent;
}

interface PagesProps {
  total: number;
  page: number;
  pageSize: number;
  setPage: (page: number) => void;
  setPageSize: (size: number) => void;
}

function Pages({ total, page, pageSize, setPage, setPageSize }: PagesProps) {
  const { from, to } = shownRange(page, pageSize, total);
  return (
    <Pagination
      itemCount={total} page={page} perPage={pageSize} variant="bottom" isStatic widgetId="import-pages"
      perPageOptions={pageSizes.map((size) => ({ title: String(size), value: size }))}
      onSetPage={(_, next) => setPage(next)} onPerPageSelect={(_, size) => setPageSize(size)}
      toggleTemplate={() => <span>{text.table.range(from, to, total)}</span>}
      titles={{
        paginationAriaLabel: text.table.pagination, optionsToggleAriaLabel: text.table.rangeAndSize(from, to, total),
        toFirstPageAriaLabel: text.table.firstPage, toPreviousPageAriaLabel: text.table.previousPage,
        toNextPageAriaLabel: text.table.nextPage, toLastPageAriaLabel: text.table.lastPage,
        currPageAriaLabel: text.table.page, perPageSuffix: text.table.perPageSuffix, ofWord: text.table.ofPages,
      }}
    />
  );
}
