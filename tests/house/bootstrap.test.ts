import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from './sources.js';

const nobody = 65534;

/**
 * A machine that lacks two packages and grants no privilege: the real script, with a dpkg-query and a sudo of ours before the real ones on the path,
 * run as nobody where the tests run as root.
 */
describe('the set-up without root and sudo', () => {
  const folder = mkdtempSync(join(tmpdir(), 'residence-card-bootstrap-'));

  const bootstrap = (...args: string[]) => {
    const node = [process.execPath, join(folder, 'scripts/bootstrap.mjs'), ...args];
    const asNobody = ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'];
    const [command = '', ...rest] = process.getuid?.() === 0 ? [...asNobody, ...node] : node;
    return spawnSync(command, rest, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: `${folder}/bin:${process.env['PATH'] ?? ''}` } });
  };

  beforeAll(() => {
    cpSync(join(root, 'scripts'), join(folder, 'scripts'), { recursive: true });
    mkdirSync(join(folder, 'bin'));
    const programs = {
      'dpkg-query': 'for p in "$@"; do case $p in -*|*Package*|vsmartcard-vpcd|strace) ;; *) echo "$p installed";; esac; done; exit 1',
      sudo: 'exit 1',
      'apt-get': 'echo "apt-get must not be called" >&2; exit 9',
    };
    for (const [name, body] of Object.entries(programs)) {
      writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${body}\n`);
      chmodSync(join(folder, 'bin', name), 0o755);
    }
    chmodSync(folder, 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const line = 'apt-get update && apt-get install -y --no-install-recommends -o DPkg::Options::=--path-exclude=/etc/reader.conf.d/vpcd vsmartcard-vpcd';

  it('says exactly what to type and touches nothing', () => {
    const { status, stdout, stderr } = bootstrap('run');
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('SYSTEM_PACKAGE_MISSING');
    expect(stderr.trimEnd().split('\n').at(-1)).toBe(line);
  });

  it('asks for the packages of the tier and no more', () => {
    expect(bootstrap('test').stderr.trimEnd().split('\n').at(-1)).toBe(`${line} strace`);
    expect(bootstrap('build').stderr).not.toContain('SYSTEM_PACKAGE_MISSING');
  });

  it('answers with one object where the command was to answer in JSON', () => {
    const { status, stdout } = bootstrap('run', 'dist/src/cli/main.js', 'doctor', '--json');
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, code: 'SYSTEM_PACKAGE_MISSING', detail: line });
  });

  it('names its tiers', () => {
    expect(bootstrap('everything')).toMatchObject({ status: 1, stderr: 'usage: node scripts/bootstrap.mjs build|run|start|bench|fault|screens|test [entry [argument ...]]\n' });
  });
});
