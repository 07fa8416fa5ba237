import { measure } from './slack.ts'
const [kind, mode, crowd] = process.argv.slice(2)
const o = await measure(kind as 'ours', mode as 'http', Number(crowd), 4000, 500); console.log(kind, mode, crowd, o.cpu.toFixed(3))
