import { readConfig } from '../config.ts';
import { openPatient } from '../context/patient.ts';
import { examine } from '../reconcile/doctor/doctor.ts';
import { EXIT } from './exit-code.ts';
import type { ReportFlags } from './report.ts';
import { reporting } from './reporting.ts';
import { findingLines, formatFindings } from './view/findings.ts';

/** Flags of `sisyphus doctor`. */
export interface DoctorFlags extends ReportFlags {
  readonly directory?: string;
  readonly databaseUrl?: string;
}

/** Looks at everything that a push needs, and changes nothing. @returns the exit code */
export async function doctor(flags: DoctorFlags): Promise<number> {
  return await reporting(flags, async (report) => {
    const { patient, close } = openPatient(readConfig(flags, process.env, 'nothing'), process.env);
    try {
      const findings = await examine(patient);
      report.show({
        text: (options) => formatFindings(findings, options),
        lines: () => findingLines(findings),
      });
      const isSick = findings.some(({ verdict }) => verdict === 'failed');
      return isSick ? EXIT.failed : EXIT.done;
    } finally {
      await close();
    }
  });
}
