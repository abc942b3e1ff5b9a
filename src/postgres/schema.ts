/** First of the two numbers of the advisory locks that instances hold; the second is the instance's. */
export const instanceLocks = 0x666c79

/** Held while tables are made, so that of several instances that start at once one makes them. */
export const migrationLock = 0x666c796f

/**
 * Each step is run once, in its order, and never changed afterwards. An instance is gone where nobody holds its lock, it
 * has not been heard of for 4 s, and the server has been up for long enough that all who live are back. One that holds
 * its lock and says nothing is silent: it is stopped, or cannot reach the server, and may come back.
 */
export const migrations: readonly string[] = [
  `
create table flyops.instances (
  id text primary key,
  number integer generated always as identity unique,
  name text not null,
  pid integer not null,
  seen_at timestamptz not null default now()
);
create view flyops.standings as
select id, name, seen_at,
  case
    when pg_postmaster_start_time() > now() - interval '15 s' or seen_at > now() - interval '4 s' then 'runs'
    when not held then 'gone'
    when seen_at > now() - interval '10 s' then 'runs'
    else 'silent'
  end as standing
from (
  select i.*, exists (
    select 1 from pg_locks l
    where l.locktype = 'advisory' and l.granted and l.objsubid = 2
      and l.database = (select oid from pg_database where datname = current_database())
      and l.classid = ${instanceLocks} and l.objid = i.number::oid
  ) as held
  from flyops.instances i
) as known;

create table flyops.jobs (
  id text primary key,
  instance text not null,
  owner text not null,
  key text not null,
  tool text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  ended_at timestamptz,
  stop_reason text,
  state text not null,
  ending text
);
create unique index jobs_running on flyops.jobs (owner, key) where ended_at is null;
create index jobs_ended on flyops.jobs (ended_at) where ended_at is not null;

create table flyops.app_locks (
  app text primary key,
  instance text not null,
  job_id text not null,
  pid integer not null,
  since text not null
);

create table flyops.journal (
  seq bigint primary key,
  id text not null,
  kind text,
  line text not null,
  at timestamptz not null default now()
);
create index journal_operations on flyops.journal (id);
create index journal_newest on flyops.journal (kind, seq desc) where kind is not null;
create table flyops.journal_end (seq bigint not null);
insert into flyops.journal_end values (0);
`,
  // Many writes, and nothing that matters after the server's end.
  `
create unlogged table flyops.requests (
  caller text primary key,
  total integer not null,
  ends_at timestamptz not null
) with (fillfactor = 50);
`,
]
