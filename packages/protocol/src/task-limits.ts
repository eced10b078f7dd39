/** Bounds of a task; apart from its schemas, since they are needed where those are not. */
export const taskLimits = {
  title: 300,
  text: 256_000,
  criteria: 300,
  criterion: 1_000,
  evidence: 2_000,
  result: 20_000,
  /** Other fields of a file. */
  fields: 60,
  field: 500,
  labels: 20,
  problems: 20,
} as const;
