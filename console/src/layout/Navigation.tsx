import { Nav, NavExpandable, NavItem, NavList } from '@patternfly/react-core/dist/esm/components/Nav';
import { PageSidebar, PageSidebarBody } from '@patternfly/react-core/dist/esm/components/Page';
import { Link, useLocation, useSearch } from 'wouter';
import { text } from '../app/messages';
import { isUnder, navigation, type NavigationEntry } from '../app/routes';
import { carry } from '../app/url';

function isCurrent(entry: NavigationEntry, path: string): boolean {
  const base = entry.under ?? entry.path;
  return base !== undefined && isUnder(path, base);
}

/** The left navigation. The chosen project goes along. */
export function Navigation() {
  const [path] = useLocation();
  const search = useSearch();
  const item = (entry: NavigationEntry) => (
    <NavItem key={entry.title} itemId={entry.title} isActive={isCurrent(entry, path)}>
      <Link href={carry(entry.path ?? '/', search)}>{entry.title}</Link>
    </NavItem>
  );
  return (
    <PageSidebar>
      <PageSidebarBody>
        <Nav aria-label={text.navigation.label}>
          <NavList>
            {navigation.map((entry) => entry.entries ? (
              <NavExpandable key={entry.title} title={entry.title} isExpanded
                isActive={entry.entries.some((one) => isCurrent(one, path))}>
                {entry.entries.map(item)}
              </NavExpandable>
            ) : item(entry))}
          </NavList>
        </Nav>
      </PageSidebarBody>
    </PageSidebar>
  );
}
