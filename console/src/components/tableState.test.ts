import { expect, test } from 'vitest';
import {
  csvLine, lastPage, nextSort, readTableState, resetChange, shownRange, tableChange, type TableDefaults, type TableState,
} from './tableState';
import { changeSearch } from '../app/url';

const defaults: TableDefaults = {
  sort: 'name', pageSize: 50, columns: ['name', 'updated'], allColumns: ['name', 'description', 'updated'],
  sortable: ['name', 'updated_at'],
};

/** The address after a change of state. */
function withTableState(search: string, change: Partial<TableState>): string {
  return changeSearch(search, tableChange(change, defaults));
}

test('an empty address is the default state', () => {
  expect(readTableState('', defaults)).toEqual({ filter: '', sort: 'name', page: 1, pageSize: 50, columns: ['name', 'updated'] });
});

test('a full address is read back', () => {
  expect(readTableState('?filter=a*&sort=-updated_at&page=3&page_size=20&columns=description,name', defaults)).toEqual({
    filter: 'a*', sort: '-updated_at', page: 3, pageSize: 20, columns: ['name', 'description'],
  });
});

test('nonsense in an address counts as not said', () => {
  for (const search of ['page=0', 'page=-1', 'page=x', 'page_size=7', 'sort=secret', 'columns=', 'columns=nothing']) {
    expect(readTableState(search, defaults)).toEqual(readTableState('', defaults));
  }
});

test('a change of filter, order or page size goes to page 1', () => {
  expect(withTableState('page=7', { filter: 'x' })).toBe('filter=x');
  expect(withTableState('page=7', { sort: '-name' })).toBe('sort=-name');
  expect(withTableState('page=7', { pageSize: 100 })).toBe('page_size=100');
});

test('a change of columns keeps the page', () => {
  expect(withTableState('page=7', { columns: ['name'] })).toBe('page=7&columns=name');
});

test('a change of page keeps the rest, and page 1 is not said', () => {
  expect(withTableState('filter=x&page=2', { page: 3 })).toBe('filter=x&page=3');
  expect(withTableState('filter=x&page=2', { page: 1 })).toBe('filter=x');
});

test('defaults are left out of the address', () => {
  expect(tableChange({ sort: 'name', pageSize: 50, columns: ['name', 'updated'] }, defaults)).toEqual({});
});

test('reset clears filters and columns and keeps the project', () => {
  const search = 'project=p&filter=x&state=failing&columns=name&page=2&sort=-name';
  expect(changeSearch(search, resetChange(['state']))).toBe('project=p');
});

test('pressing a header again turns the order round', () => {
  expect(nextSort('name', 'updated_at')).toBe('updated_at');
  expect(nextSort('updated_at', 'updated_at')).toBe('-updated_at');
  expect(nextSort('-updated_at', 'updated_at')).toBe('updated_at');
});

test('the range is of the filtered set', () => {
  expect(shownRange(3, 20, 57)).toEqual({ from: 41, to: 57 });
  expect(shownRange(1, 20, 0)).toEqual({ from: 0, to: 0 });
  expect(lastPage(20, 57)).toBe(3);
  expect(lastPage(20, 0)).toBe(1);
});

test('a CSV record is quoted, and calculates nothing', () => {
  expect(csvLine(['a', 'b,c', 'd"e', 'x\ny'])).toBe('a,"b,c","d""e","x\ny"');
  expect(csvLine(['=1+1', '-2', '@x'])).toBe("'=1+1,'-2,'@x");
});
