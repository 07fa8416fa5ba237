/**
 * The packs opened for use. In: checked packs. Out: the detector, and the library whose look-up asks the detector which claims a query's
 * words speak for: a pack that has learned how people put its claims knows more of them than its cards say.
 */
import { createLibrary, type Library } from '../knowledge/library.ts'
import type { Pack } from '../knowledge/schema.ts'
import { createDetector, type Detector } from './detector.ts'

export function openPacks(packs: readonly Pack[]): { library: Library; detector: Detector } {
  const detector = createDetector(packs)
  // The detector has made its own tables of the weights: as loaded they would only fill the memory.
  const lean = packs.map(({ learned: _compiled, ...pack }) => pack)
  return { library: createLibrary(lean, detector.claimsIn), detector }
}
