// Every page with its address, and what the navigation shows. Pages are read when they are first opened.
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import { text } from './messages';

export interface PageRoute {
  /** The page's address; what lies below it (`/new`, `/{id}`) is the page's too: windows over it. */
  path: string;
  title: string;
  page: LazyExoticComponent<ComponentType>;
}

const ProjectsPage = lazy(() => import('../pages/projects/ProjectsPage'));
const VaultPage = lazy(() => import('../pages/vault/VaultPage'));

export const pages: PageRoute[] = [
  { path: '/start', title: text.start.title, page: lazy(() => import('../pages/start/StartPage')) },
  { path: '/repository/projects', title: text.projects.title, page: ProjectsPage },
  { path: '/repository/robots', title: text.robots.title, page: lazy(() => import('../pages/robots/RobotsPage')) },
  { path: '/repository/vault', title: text.vault.title, page: VaultPage },
  { path: '/administration/users', title: text.navigation.users, page: lazy(() => import('../pages/users/UsersPage')) },
  { path: '/administration/groups', title: text.navigation.groups, page: lazy(() => import('../pages/groups/GroupsPage')) },
  { path: '/administration/roles', title: text.navigation.roles, page: lazy(() => import('../pages/roles/RolesPage')) },
  { path: '/administration/api-keys', title: text.navigation.apiKeys, page: lazy(() => import('../pages/api-keys/ApiKeysPage')) },
  { path: '/administration/service-providers', title: text.navigation.serviceProviders,
    page: lazy(() => import('../pages/service-providers/ServiceProvidersPage')) },
  { path: '/administration/audit-log', title: text.auditLog.title, page: lazy(() => import('../pages/audit-log/AuditLogPage')) },
  { path: '/administration/denied-look-ups', title: text.deniedLookUps.title,
    page: lazy(() => import('../pages/denied-look-ups/DeniedLookUpsPage')) },
  { path: '/administration/notifications', title: text.navigation.notifications,
    page: lazy(() => import('../pages/notifications/NotificationsPage')) },
  { path: '/administration/single-sign-on', title: text.singleSignOn.title,
    page: lazy(() => import('../pages/single-sign-on/SingleSignOnPage')) },
  { path: '/administration/server', title: text.navigation.server, page: lazy(() => import('../pages/server/ServerPage')) },
  { path: '/administration/keys', title: text.navigation.keys, page: lazy(() => import('../pages/keys/KeysPage')) },
  { path: '/administration/backups', title: text.navigation.backups, page: lazy(() => import('../pages/backups/BackupsPage')) },
  { path: '/administration/restore-report', title: text.navigation.restoreReport,
    page: lazy(() => import('../pages/restore-report/RestoreReportPage')) },
  { path: '/account/terminal', title: text.terminal.title, page: lazy(() => import('../pages/account/TerminalPage')) },
  { path: '/account', title: text.masthead.account, page: lazy(() => import('../pages/account/AccountPage')) },
];

export interface NavigationEntry {
  title: string;
  /** Where it leads. */
  path?: string;
  /** It is shown as the current one at this address and below it; left out: `path`. */
  under?: string;
  entries?: NavigationEntry[];
}

const words = text.navigation;

export const navigation: NavigationEntry[] = [
  { title: words.start, path: '/start' },
  {
    title: words.repository,
    entries: [
      { title: words.projects, path: '/repository/projects' },
      { title: words.robots, path: '/repository/robots' },
      { title: words.vault, path: '/repository/vault/oauth-clients', under: '/repository/vault' },
    ],
  },
  {
    title: words.administration,
    entries: [
      { title: words.users, path: '/administration/users' },
      { title: words.groups, path: '/administration/groups' },
      { title: words.roles, path: '/administration/roles' },
      { title: words.apiKeys, path: '/administration/api-keys' },
      { title: words.serviceProviders, path: '/administration/service-providers' },
      { title: words.auditLog, path: '/administration/audit-log' },
      { title: words.deniedLookUps, path: '/administration/denied-look-ups' },
      { title: words.notifications, path: '/administration/notifications' },
      { title: text.singleSignOn.title, path: '/administration/single-sign-on' },
      { title: words.server, path: '/administration/server' },
      { title: words.keys, path: '/administration/keys' },
      { title: words.backups, path: '/administration/backups' },
      { title: words.restoreReport, path: '/administration/restore-report' },
    ],
  },
];

/** Whether `path` is `base` or lies below it. */
export function isUnder(path: string, base: string): boolean {
  return path === base || path.startsWith(`${base}/`);
}
