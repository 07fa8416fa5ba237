-- Events that wait are few among the many kept: an index of those alone.
drop index events_pending;
create index events_pending on events (platform, at_ms) where done_ms is null;
