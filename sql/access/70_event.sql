-- event: the record of a dossier. The administration reads it whole; a party reads the acts, not the internal ones.
--
--                               party                    staff, services     anonymous
--   event                       public acts              dossier they read   -
--   daily_digest, digest_head   - (public.daily_digests)
alter table app.event enable row level security;
alter table app.daily_digest enable row level security;
alter table app.digest_head enable row level security;
revoke all on app.event, app.daily_digest, app.digest_head from public, anon, authenticated;
grant select on app.event to authenticated;
create policy "the administration reads the record" on app.event for select to authenticated
  using (app.can_read(dossier_id) and not app.is_party(dossier_id));
create policy "a party reads the acts that concern them" on app.event for select to authenticated
  using (app.is_party(dossier_id) and kind in ('deposited', 'completed', 'step', 'asked', 'told', 'answered', 'returned', 'withdrawn', 'silence_open',
    'silence_claimed', 'silence_referred', 'silence_president_late', 'silence_governor_late', 'silence_delivered', 'silence_refused', 'silence_attested',
    'explanations_asked', 'explanations_given', 'attestation_declined', 'appeal_president_late', 'appeal_governor_late', 'appeal_decision_late', 'refused',
    'paper_published', 'fee_ordered', 'paid', 'delivered', 'revoked', 'lapsed', 'appeal', 'appeal_answered', 'deadline_recomputed'));
