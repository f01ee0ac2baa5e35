import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import { Masthead, MastheadBrand, MastheadContent, MastheadLogo, MastheadMain, MastheadToggle } from '@patternfly/react-core/dist/esm/components/Masthead';
import { PageToggleButton } from '@patternfly/react-core/dist/esm/components/Page';
import { Toolbar, ToolbarContent, ToolbarGroup, ToolbarItem } from '@patternfly/react-core/dist/esm/components/Toolbar';
import type { ReactNode } from 'react';
import { Link, useSearch } from 'wouter';
import { useSession } from '../api/session';
import { text } from '../app/messages';
import { carry } from '../app/url';
import { Brand } from '../components/Brand';
import { AppearanceMenu } from './AppearanceMenu';
import { ProjectSelector } from './ProjectSelector';
import { UserMenu } from './UserMenu';

/** The bar on top: product, project, appearance, person. */
export function ShellMasthead({ open }: { open: (window: 'shortcuts' | 'password') => void }) {
  const { server } = useSession();
  return (
    <Masthead>
      <MastheadMain>
        <MastheadToggle><PageToggleButton isHamburgerButton aria-label={text.navigation.toggle} /></MastheadToggle>
        <MastheadBrand>
          <MastheadLogo component={HomeLink}><Brand /></MastheadLogo>
        </MastheadBrand>
      </MastheadMain>
      <MastheadContent>
        <Toolbar isStatic>
          <ToolbarContent>
            <ToolbarItem><ProjectSelector /></ToolbarItem>
            {server.practice && <ToolbarItem><Label color="orange">{text.masthead.practice}</Label></ToolbarItem>}
            <ToolbarGroup align={{ default: 'alignEnd' }} variant="action-group-plain">
              <ToolbarItem><AppearanceMenu /></ToolbarItem>
              <ToolbarItem><UserMenu open={open} /></ToolbarItem>
            </ToolbarGroup>
          </ToolbarContent>
        </Toolbar>
      </MastheadContent>
    </Masthead>
  );
}

/** Outside of the bar, so that it stays the same element from one rendering to the next. */
function HomeLink(props: { className?: string; children?: ReactNode }) {
  return <Link {...props} href={carry('/start', useSearch())} />;
}
