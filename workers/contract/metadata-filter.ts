import { z } from "zod";

/** A value that a metadata field can be compared with. */
const Scalar = z.union([z.string().max(1024), z.number(), z.boolean(), z.null()]);

const Comparison = z
  .strictObject({
    eq: Scalar.optional(),
    ne: Scalar.optional(),
    in: z.array(Scalar).max(200).optional(),
    nin: z.array(Scalar).max(200).optional(),
    gt: z.union([z.string(), z.number()]).optional(),
    gte: z.union([z.string(), z.number()]).optional(),
    lt: z.union([z.string(), z.number()]).optional(),
    lte: z.union([z.string(), z.number()]).optional(),
    exists: z.boolean().optional(),
  })
  .refine((comparison) => Object.keys(comparison).length > 0, "name at least one operator");

/**
 * A condition on a document's metadata. A field is a path with dots (`author.name`).
 *
 * @example { "and": [{ "year": { "gte": 2018 } }, { "not": { "status": { "eq": "draft" } } }] }
 */
export type MetadataFilter =
  | { and: MetadataFilter[] }
  | { or: MetadataFilter[] }
  | { not: MetadataFilter }
  | { [field: string]: z.infer<typeof Comparison> };

export const MetadataFilter: z.ZodType<MetadataFilter> = z
  .lazy(() =>
    z.union([
      z.strictObject({ and: z.array(MetadataFilter).min(1).max(50) }),
      z.strictObject({ or: z.array(MetadataFilter).min(1).max(50) }),
      z.strictObject({ not: MetadataFilter }),
      z
        .record(z.string().min(1).max(200), Comparison)
        .refine((fields) => Object.keys(fields).length > 0, "name at least one field"),
    ]),
  )
  .meta({ id: "MetadataFilter" });
