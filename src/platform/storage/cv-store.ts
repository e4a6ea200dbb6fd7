import { parseCvCertificate, type CvCertificate } from '../../cvc/index.js';
import type { CvRows, CvStore } from './ports.js';
import { write, type Db, type KyselyAccess, type Tx } from './write.js';

const parsed = (row: { readonly certificate: Uint8Array }): CvCertificate => parseCvCertificate(new Uint8Array(row.certificate));

const columnsOf = ({ holderReference, authorityReference, effective, expires, encoded }: CvCertificate, at: number) => ({
  holder_reference: holderReference,
  authority_reference: authorityReference,
  effective,
  expires,
  certificate: encoded,
  created_at: at,
});

const authoritiesOf = async (db: Db | Tx): Promise<CvCertificate[]> => (await db.selectFrom('cvca_certificates').select('certificate').orderBy('generation').execute()).map(parsed);

const rowsOf = (tx: Tx): CvRows => ({
  authorities: () => authoritiesOf(tx),
  addAuthority: async (certificate, at) => {
    const { generation } = await tx.selectFrom('cvca_certificates').select((e) => e.fn.max<number | null>('generation').as('generation')).executeTakeFirstOrThrow();
    await tx.insertInto('cvca_certificates').values({ generation: (generation ?? 0) + 1, ...columnsOf(certificate, at) }).execute();
  },
  verifier: async (authority, day, until) => {
    const row = await tx
      .selectFrom('document_verifier_certificates')
      .select('certificate')
      .where('authority_reference', '=', authority)
      .where('effective', '<=', day)
      .where('expires', '>=', until)
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row === undefined ? undefined : parsed(row);
  },
  verifiers: async () => (await tx.selectFrom('document_verifier_certificates').select((e) => e.fn.countAll<number>().as('n')).executeTakeFirstOrThrow()).n,
  addVerifier: async (certificate, at) => {
    const { number } = await tx.selectFrom('document_verifier_certificates').select((e) => e.fn.max<number | null>('number').as('number')).executeTakeFirstOrThrow();
    await tx.insertInto('document_verifier_certificates').values({ number: (number ?? 0) + 1, ...columnsOf(certificate, at) }).execute();
  },
  newest: async (terminal) => {
    const row = await tx.selectFrom('terminal_certificates').select(['number', 'certificate']).where('terminal_id', '=', terminal).orderBy('number', 'desc').limit(1).executeTakeFirst();
    return row === undefined ? undefined : { number: row.number, certificate: parsed(row) };
  },
  add: async (terminal, number, certificate, at) => {
    await tx.insertInto('terminal_certificates').values({ terminal_id: terminal, number, ...columnsOf(certificate, at) }).execute();
  },
});

/** Card-verifiable certificates as they were signed. */
export const cvStore = (access: KyselyAccess): CvStore => ({
  authorities: () => authoritiesOf(access.db),
  change: (work) => write(access, (tx) => work(rowsOf(tx))),
});
