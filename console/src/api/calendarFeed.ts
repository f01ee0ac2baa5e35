// The secret address under which a calendar program finds what a person may see that ends.
import { request } from './client';

export interface CalendarFeed {
  exists: boolean;
  /** Null: there is none. */
  created_at: string | null;
}

interface CalendarFeedAddress {
  /** Whoever knows it reads the calendar; the server says it this once. */
  url: string;
}

export const calendarFeedPath = '/api/v1/calendar-feed';

export const calendarFeed = {
  read: (signal?: AbortSignal) => request<CalendarFeed>('GET', calendarFeedPath, { signal }),
  /** A new address; the one before works no more. */
  make: () => request<CalendarFeedAddress>('POST', calendarFeedPath).then((answer) => answer.url),
  end: () => request<void>('DELETE', calendarFeedPath),
};
