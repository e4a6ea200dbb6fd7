/**
 * The card's side of the permit card, profile 1: files, life cycle, SCP03 personalisation, chip and terminal authentication, rights, the holder's
 * PIN and signature, the access log, secure messaging and non-volatile memory with power cuts; its image on disk; the link that plugs it into a
 * real pcscd through vpcd, and that pcscd itself. It answers to firmware-specs only and shares no code with the terminal's side. It judges the
 * certificates of terminals and no other signature, and knows no permit data: to a chip they are bytes.
 */
export { ATR, EmulatedCard, type EmulatedCardOptions } from './card.js';
export type { CardFaults } from './faults.js';
export { type BlankCard, blankImage, type CardImage, CardImageError, describeImage, forgedImage, loadImage, saveImage } from './image.js';
export type { LifeCycleState } from './life-cycle.js';
export type { StaticKeys } from './memory.js';
export { VpcdLink, type LinkEnd, type VpcdLinkOptions } from './vpcd-link.js';
export { VirtualReaderError, type VirtualReaderErrorCode } from './reader-error.js';
export type { CardStats } from './card-control.js';
export {
  cardStats, insertCard, killPcscd, readerName, removeCard, restartPcscd, setCardFaults, startVirtualReader, stopVirtualReader, virtualReaderStatus,
  type VirtualReaderStatus, waitForCardEnd,
} from './virtual-reader.js';
