import { measure } from './slack.ts'
for (const mode of ['http','socket'] as const) for (const crowd of [1,20]) { const o=await measure('ours',mode,crowd,2000,1000), b=await measure('bare',mode,crowd,2000,1000); console.log(mode,crowd,o.cpu.toFixed(3),b.cpu.toFixed(3),(o.cpu/b.cpu).toFixed(2)) }
