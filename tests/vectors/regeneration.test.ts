import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { textOfVectors, vectorFiles, vectorFolder } from './files.js';

describe('firmware-specs/vectors', () => {
  it.each(Object.entries(vectorFiles))('%s is what the code makes today (else: npm run vectors, and look at the diff)', (name, make) => {
    expect(readFileSync(`${vectorFolder}/${name}`, 'utf8')).toBe(textOfVectors(make()));
  });
  it('holds no other file', () => {
    expect(readdirSync(vectorFolder).sort()).toEqual(Object.keys(vectorFiles).sort());
  });
});
