-- What a platform gave the bot for one server, sealed by its adapter: without the operator's key nobody can read it.
create table credentials (
  platform text not null,
  server text not null,
  sealed text not null,
  at_ms bigint not null,
  primary key (platform, server)
);
