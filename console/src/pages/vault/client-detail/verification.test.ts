import { describe, expect, it } from 'vitest';
import { client as words } from '../../../app/messages/client';
import { explain, type Verification } from './verification';

const found = (more: Partial<Verification>): Verification => ({
  outcome: 'works', way: 'call', at: '2026-11-27T08:00:00Z', account: '', expires_at: null, failure: null, renewal: 'not_tried', next_at: null, ...more,
});

describe('what a verification means', () => {
  it('says whose token works, where the provider does', () => {
    expect(explain(found({ account: 'ann' }))).toBe(words.verifiedAccount('ann'));
    expect(explain(found({}))).toBe('');
  });

  it('says what became of a token that is refused', () => {
    expect(explain(found({ outcome: 'refused', renewal: 'renewed' }))).toBe(words.renewal.renewed);
    expect(explain(found({ outcome: 'refused' }))).toBe(words.renewal.not_tried);
  });

  it('says why it cannot be said, and where somebody must act', () => {
    const failure = { cause: 'rate_limited', message: 'Too many requests.', who_must_act: 'nobody', where: 'nowhere', possible_reasons: [], at: '2026-11-27T08:00:00Z' };
    expect(explain(found({ outcome: 'unknown', failure }))).toBe('Too many requests. nowhere');
  });
});
