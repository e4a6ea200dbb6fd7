import { accessVectors } from './access-vectors.js';
import { apduVectors, personalisationVectors } from './card-vectors.js';
import { chipAuthenticationVectors, scp03Vectors } from './channel-vectors.js';
import { cvCertificateVectors } from './cvc-vectors.js';
import { lifeCycleVectors } from './life-cycle-vectors.js';
import { payloadVectors } from './payload-vectors.js';
import type { VectorFile } from './shared.js';
import { syncVectors } from './sync-vectors.js';
import { terminalAuthenticationVectors } from './terminal-authentication-vectors.js';
import { updateVectors } from './update-vectors.js';

/** Every file of firmware-specs/vectors and what makes it. */
export const vectorFiles: Readonly<Record<string, () => VectorFile>> = {
  'apdu.json': apduVectors,
  'payload.json': payloadVectors,
  'scp03.json': scp03Vectors,
  'chip-authentication.json': chipAuthenticationVectors,
  'sync.json': syncVectors,
  'personalisation.json': personalisationVectors,
  'life-cycle.json': lifeCycleVectors,
  'card-updates.json': updateVectors,
  'terminal-authentication.json': terminalAuthenticationVectors,
  'access.json': accessVectors,
  'cv-certificates.json': cvCertificateVectors,
};

export const vectorFolder = 'firmware-specs/vectors';
export const textOfVectors = (file: VectorFile): string => `${JSON.stringify(file, null, 1)}\n`;
