import aggregations from "../../../conformance/promql/cases/aggregations.test?raw";
import annotations from "../../../conformance/promql/cases/annotations.test?raw";
import classicHistograms from "../../../conformance/promql/cases/classic-histograms.test?raw";
import extensions from "../../../conformance/promql/cases/extensions.test?raw";
import functions from "../../../conformance/promql/cases/functions.test?raw";
import literals from "../../../conformance/promql/cases/literals.test?raw";
import nativeHistograms from "../../../conformance/promql/cases/native-histograms.test?raw";
import operators from "../../../conformance/promql/cases/operators.test?raw";
import selectors from "../../../conformance/promql/cases/selectors.test?raw";
import timeShifts from "../../../conformance/promql/cases/time-shifts.test?raw";

/** Our own evaluations, expected values worked out by hand. */
export const caseScripts: [name: string, text: string][] = Object.entries({
  aggregations,
  annotations,
  classicHistograms,
  extensions,
  functions,
  literals,
  nativeHistograms,
  operators,
  selectors,
  timeShifts,
});
