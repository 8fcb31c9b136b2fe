// The answer of `holdfast.createManifest`. It comes over the wire, so every field is looked at before it is used.

import { isObject } from "./settings";

export interface CreatedManifest {
  readonly written: boolean;
  /** Where it lies; only a file's URI is one to open. */
  readonly uri: string | undefined;
  /** What an existing file lacks, "" for nothing. */
  readonly diff: string;
  readonly summary: string;
}

export function createdManifest(answer: unknown): CreatedManifest {
  const fields = isObject(answer) ? answer : {};
  const { uri, diff, summary } = fields;
  return {
    written: fields["written"] === true,
    uri: typeof uri === "string" && uri.startsWith("file:") ? uri : undefined,
    diff: typeof diff === "string" ? diff : "",
    summary: typeof summary === "string" && summary !== "" ? summary : "CLAUDE.md could not be written.",
  };
}
