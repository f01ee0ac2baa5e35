import { Divider } from '@patternfly/react-core/dist/esm/components/Divider';
import { Menu, MenuContent, MenuFooter, MenuItem, MenuContainer, MenuList, MenuSearch, MenuSearchInput } from '@patternfly/react-core/dist/esm/components/Menu';
import { MenuToggle } from '@patternfly/react-core/dist/esm/components/MenuToggle';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { Link } from 'wouter';
import { api } from '../api/client';
import { text } from '../app/messages';
import { useSearchChange, useSearchValue } from '../app/url';
import { SearchBox } from '../components/SearchBox';

const words = text.masthead;
const shownAtOnce = 20;

/** Which project the lists are about; the choice lives in the address as `project` (an id, or a name somebody typed there). */
export function ProjectSelector() {
  const chosen = useSearchValue('project');
  const [, change] = useSearchChange();
  const [isOpen, setOpen] = useState(false);
  const toggle = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const project = useQuery({
    queryKey: ['/api/v1/projects', chosen], enabled: chosen !== undefined,
    queryFn: ({ signal }) => api.get('/api/v1/projects/{id}', { path: { id: chosen ?? '' }, signal }),
  });
  const name = chosen === undefined ? words.allProjects
    : project.data?.name ?? (project.isError ? words.unknownProject : text.common.loading);
  const choose = (id: string | undefined) => {
    setOpen(false);
    // Other rows: their first page.
    change({ project: id, page: undefined });
    toggle.current?.focus();
  };
  return (
    <MenuContainer
      isOpen={isOpen} onOpenChange={setOpen} menuRef={menu} toggleRef={toggle}
      toggle={
        <MenuToggle ref={toggle} isExpanded={isOpen} onClick={() => setOpen(!isOpen)} aria-label={`${words.project}: ${name}`}>
          {name}
        </MenuToggle>
      }
      menu={<ProjectMenu menuRef={menu} chosen={project.data?.id} choose={choose} close={() => setOpen(false)} />}
    />
  );
}

interface ProjectMenuProps {
  menuRef: React.RefObject<HTMLDivElement | null>;
  chosen: string | undefined;
  choose: (id: string | undefined) => void;
  close: () => void;
}

function ProjectMenu({ menuRef, chosen, choose, close }: ProjectMenuProps) {
  const [filter, setFilter] = useState('');
  const list = useQuery({
    queryKey: ['/api/v1/projects', 'selector', filter], placeholderData: keepPreviousData,
    queryFn: ({ signal }) => api.get('/api/v1/projects', { query: { filter, page_size: shownAtOnce }, signal }),
  });
  const items = list.data?.items ?? [];
  const more = (list.data?.total ?? 0) - items.length;
  return (
    <Menu ref={menuRef} isScrollable onSelect={(_, id) => choose(id ? String(id) : undefined)} selected={chosen ?? ''}>
      <MenuSearch>
        <MenuSearchInput>
          <SearchBox value={filter} label={words.findProject} onChange={setFilter} />
        </MenuSearchInput>
      </MenuSearch>
      <Divider />
      <MenuContent>
        <MenuList aria-label={words.project}>
          {filter === '' && <MenuItem itemId="">{words.allProjects}</MenuItem>}
          {items.map((project) => <MenuItem key={project.id} itemId={project.id}>{project.name}</MenuItem>)}
          {list.data && items.length === 0 && <MenuItem isDisabled>{words.noProject}</MenuItem>}
          {more > 0 && <MenuItem isDisabled>{words.moreProjects(more)}</MenuItem>}
        </MenuList>
      </MenuContent>
      <MenuFooter><Link href="/repository/projects" onClick={close}>{words.manageProjects}</Link></MenuFooter>
    </Menu>
  );
}
