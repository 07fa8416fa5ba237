import { DatabaseSync } from 'node:sqlite'
import { mkdtempSync } from 'node:fs'
const run = (name: string, setup: string, idx: string, batch = 1, toggle = false, del='pragma secure_delete=on') => {
  const db = new DatabaseSync(mkdtempSync('/tmp/micro-') + '/a.sqlite')
  db.exec(`pragma journal_mode=wal; ${setup}; ${del}`)
  db.exec(`create table events (id text primary key, platform text not null, kind text not null, server text not null, channel text not null, thread text, message text not null, author text not null, at_ms bigint not null, done_ms bigint)${name.includes('worowid') ? ' without rowid' : ''}; ${idx}`)
  const one = '(?,?,?,?,?,?,?,?,?)'
  const st = db.prepare(`insert into events (id, platform, kind, server, channel, thread, message, author, at_ms) values ${Array(batch).fill(one).join(',')} on conflict do nothing returning id`)
  let k = 0
  const vals = () => Array.from({ length: batch }, () => { k++; return [`Ev0${(Math.random()*1e12).toString(36)}${k}`, 'slack', 'posted', 'T123456', 'C123456', null, `1700000000.${k}`, 'p.abcdefghijklmnopqrstuv', Date.now()] }).flat()
  const go = (n: number) => { for (let i = 0; i < n; i++) { if (toggle) db.exec('pragma synchronous=normal'); st.all(...vals() as []); if (toggle) db.exec('pragma synchronous=full') } }
  go(200)
  const n = 3000, a = process.cpuUsage(), t = performance.now(); go(n)
  const b = process.cpuUsage(a)
  console.log(name.padEnd(40), 'user', (b.user / 1000 / n/batch).toFixed(4), 'sys', (b.system / 1000 / n/batch).toFixed(4), 'wall', ((performance.now() - t) / n/batch).toFixed(3))
  db.close()
}
const full = 'pragma synchronous=full', norm = 'pragma synchronous=normal'
const idx = 'create index events_pending on events (platform, done_ms, at_ms); create index events_at on events (at_ms);'
const part = 'create index events_pending on events (platform, at_ms) where done_ms is null;'
run('full idx', full, idx)
run('full noidx', full, '')
run('full worowid noidx', full, '')
run('normal idx', norm, idx)
run('normal part', norm, part)
run('normal noidx', norm, '')
run('normal worowid', norm, '')
run('normal worowid nosecdel', norm, '', 1, false, '')
run('toggle idx', full, idx, 1, true)
run('toggle noidx', full, '', 1, true)
run('full idx batch20', full, idx, 20)
run('full noidx batch20', full, '', 20)
run('toggle idx batch20', full, idx, 20, true)
run('toggle noidx batch20', full, '', 20, true)
