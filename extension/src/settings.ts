// Which settings a person really set. The sidecar ranks the editor above the environment and the environment above
// its defaults, so the defaults that package.json declares must never be sent as if somebody had chosen them.

/** One setting as package.json declares it; `key` without the section `holdfast.`. */
export interface DeclaredSetting {
  readonly key: string;
  readonly scope: string;
  /** Ignored from a workspace that is not trusted. */
  readonly restricted: boolean;
}

/** The layers of `WorkspaceConfiguration.inspect` that somebody can have written, lowest first. */
export interface SettingLayers {
  readonly globalValue?: unknown;
  readonly workspaceValue?: unknown;
  readonly workspaceFolderValue?: unknown;
}

export type JsonObject = Record<string, unknown>;

export const SECTION = "holdfast";

/** The settings that an extension manifest declares in the section `holdfast`. */
export function declaredSettings(manifest: unknown): DeclaredSetting[] {
  const contributes = property(manifest, "contributes");
  const properties = property(property(contributes, "configuration"), "properties");
  const untrusted = property(property(manifest, "capabilities"), "untrustedWorkspaces");
  const restricted = property(untrusted, "restrictedConfigurations");
  const names: readonly unknown[] = Array.isArray(restricted) ? restricted : [];
  return Object.entries(isObject(properties) ? properties : {}).map(([name, schema]) => {
    const scope = property(schema, "scope");
    return {
      key: name.slice(SECTION.length + 1),
      scope: typeof scope === "string" ? scope : "window",
      restricted: names.includes(name),
    };
  });
}

/** What was set explicitly, nested at the dots: `{model: "…", server: {command: […]}}`. */
export function explicitSettings(
  declared: readonly DeclaredSetting[],
  inspect: (key: string) => SettingLayers | undefined,
  workspaceTrusted: boolean,
): JsonObject {
  const result: JsonObject = {};
  for (const setting of declared) {
    const value = effective(inspect(setting.key) ?? {}, mayComeFromWorkspace(setting, workspaceTrusted));
    if (value !== undefined) putNested(result, setting.key.split("."), value);
  }
  return result;
}

function mayComeFromWorkspace(setting: DeclaredSetting, workspaceTrusted: boolean): boolean {
  if (setting.scope === "machine" || setting.scope === "application") return false;
  return workspaceTrusted || !setting.restricted;
}

function effective(layers: SettingLayers, fromWorkspace: boolean): unknown {
  const written = fromWorkspace
    ? [layers.globalValue, layers.workspaceValue, layers.workspaceFolderValue]
    : [layers.globalValue];
  return written.reduce((lower, upper) => {
    if (upper === undefined) return lower;
    // VS Code merges object settings over the layers; so do we.
    return isObject(lower) && isObject(upper) ? { ...lower, ...upper } : upper;
  }, undefined);
}

function putNested(target: JsonObject, [head, ...rest]: readonly string[], value: unknown): void {
  if (head === undefined) return;
  if (rest.length === 0) {
    target[head] = value;
    return;
  }
  const inner = target[head];
  const child: JsonObject = isObject(inner) ? inner : {};
  target[head] = child;
  putNested(child, rest, value);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function property(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined;
}
