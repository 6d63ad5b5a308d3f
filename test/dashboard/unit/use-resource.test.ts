import { afterEach, expect, it, vi } from "vitest";
import { effectScope, ref } from "vue";
import { Failure } from "../../../dashboard/src/api/failure.ts";
import { useResource } from "../../../dashboard/src/api/use-resource.ts";

const scope = effectScope();
afterEach(() => vi.restoreAllMocks());

it("keeps the last data when a refresh fails, and clears the failure when one succeeds", async () => {
  const load = vi.fn<() => Promise<string>>().mockResolvedValueOnce("first");
  const resource = scope.run(() => useResource(ref(0), load));
  await vi.waitUntil(() => resource?.data.value === "first");
  load.mockRejectedValueOnce(new Failure("storage_down", "The database does not answer."));
  await resource?.reload();
  expect(resource?.data.value).toBe("first");
  expect(resource?.failure.value?.code).toBe("storage_down");
  load.mockResolvedValueOnce("second");
  await resource?.reload();
  expect(resource?.data.value).toBe("second");
  expect(resource?.failure.value).toBeUndefined();
});

it("shows the newest answer, even when an older one comes later", async () => {
  const pending = new Map<string, (value: string) => void>();
  const key = ref("old");
  const load = (name: string) => new Promise<string>((resolve) => pending.set(name, resolve));
  const resource = scope.run(() => useResource(key, load));
  key.value = "new";
  await vi.waitUntil(() => pending.has("new"));
  pending.get("new")?.("new");
  await vi.waitUntil(() => resource?.data.value === "new");
  pending.get("old")?.("old");
  await Promise.resolve();
  expect(resource?.data.value).toBe("new");
});
