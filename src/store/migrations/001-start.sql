-- The whole memory of the bot. Ids, keyed hashes, counts and the packs' own words; never a word that a member wrote.
-- One text for SQLite and PostgreSQL: text and bigint only. What each column holds and how long: schema.ts, printed in docs/data.md.

create table installation (
  name text primary key,
  value text not null
);

create table settings (
  platform text not null,
  server text not null,
  body text not null,
  revision bigint not null,
  primary key (platform, server)
);

create table settings_audit (
  platform text not null,
  server text not null,
  revision bigint not null,
  line bigint not null,
  at_ms bigint not null,
  actor text not null,
  path text not null,
  old_value text not null,
  new_value text not null,
  primary key (platform, server, revision, line)
);
create index settings_audit_actor on settings_audit (actor);

create table reservations (
  slot text primary key,
  until_ms bigint not null
);
create index reservations_until on reservations (until_ms);

create table replies (
  id text primary key,
  platform text not null,
  server text not null,
  channel text not null,
  thread text,
  trigger_id text not null,
  message text,
  mode text not null,
  rebuttal text not null,
  author text not null,
  stance text not null,
  score text not null,
  bar text not null,
  evidence text not null,
  level text not null,
  enabled_by text,
  at_ms bigint not null,
  removed_ms bigint
);
create index replies_trigger on replies (platform, server, channel, trigger_id);
create index replies_rebuttal on replies (platform, server, rebuttal, at_ms);
create index replies_author on replies (author);
create index replies_at on replies (at_ms);

create table votes (
  reply text not null,
  person text not null,
  vote text not null,
  at_ms bigint not null,
  primary key (reply, person)
);
create index votes_person on votes (person);

create table opt_outs (
  person text primary key,
  at_ms bigint not null
);

create table daily_runs (
  platform text not null,
  server text not null,
  channel text not null,
  slot text not null,
  local_date text not null,
  state text not null,
  fact text not null,
  round bigint not null,
  owner text not null,
  lease_ms bigint not null,
  tries bigint not null,
  message text,
  at_ms bigint not null,
  primary key (platform, server, channel, slot, local_date)
);
create index daily_runs_open on daily_runs (state, lease_ms);
create index daily_runs_at on daily_runs (at_ms);

create table suggestions (
  id text primary key,
  platform text not null,
  server text not null,
  channel text not null,
  thread text,
  trigger_id text not null,
  author text not null,
  rebuttal text not null,
  stance text not null,
  score text not null,
  reason text not null,
  at_ms bigint not null,
  resolved_by text,
  resolved_action text,
  resolved_ms bigint
);
create index suggestions_server on suggestions (platform, server, at_ms);
create index suggestions_author on suggestions (author);
create index suggestions_at on suggestions (at_ms);

create table counts (
  platform text not null,
  server text not null,
  day text not null,
  name text not null,
  total bigint not null,
  primary key (platform, server, day, name)
);
create index counts_day on counts (day);

create table events (
  id text primary key,
  platform text not null,
  kind text not null,
  server text not null,
  channel text not null,
  thread text,
  message text not null,
  author text not null,
  at_ms bigint not null,
  done_ms bigint
);
create index events_pending on events (platform, done_ms, at_ms);
create index events_at on events (at_ms);

create table departures (
  platform text not null,
  server text not null,
  due_ms bigint not null,
  primary key (platform, server)
);
