export { default } from './RoleMatrix';
