// Who is told what happens to OAuth clients, and what was not taken yet.
import type { components } from './schema';

export type NotificationEvent = components['schemas']['NotificationEvent'];
export type NotificationTarget = components['schemas']['NotificationTarget'];
export type NotificationTargetInput = components['schemas']['NotificationTargetInput'];
export type NotificationDelivery = components['schemas']['NotificationDelivery'];
export type NotificationTest = components['schemas']['NotificationTest'];

export const targetsPath = '/api/v1/notification-targets';
export const targetPath = '/api/v1/notification-targets/{id}';
export const deliveriesPath = '/api/v1/notification-deliveries';
