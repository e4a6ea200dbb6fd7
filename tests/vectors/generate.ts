import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFailureCodes } from './failure-codes.js';
import { textOfVectors, vectorFiles, vectorFolder } from './files.js';

/** `npm run vectors`: writes everything in firmware-specs that is made from code. From the root of the repository; the diff must be clean. */
const root = process.cwd();
mkdirSync(join(root, vectorFolder), { recursive: true });
for (const [name, make] of Object.entries(vectorFiles)) writeFileSync(join(root, vectorFolder, name), textOfVectors(make()));
writeFailureCodes(root);
