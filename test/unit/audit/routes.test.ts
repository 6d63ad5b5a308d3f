import { describe, expect, it } from "vitest";
import { verifyProof } from "../../../workers/audit/verify-proof.ts";
import type { AuditEvent, AuditProof } from "../../../workers/contract/audit.ts";
import { addText, ingestAll, request, requestAs, search, useFreshStores } from "../../support/api.ts";
import { addUser } from "../../support/credentials.ts";
import { verifyText } from "./audit-fixtures.ts";

useFreshStores();

const BROWSER = "a browser nobody else has";

async function get<Reply>(path: string): Promise<Reply> {
  const response = await request(path);
  expect(response.status).toBe(200);
  return response.json();
}

const events = async (query = "") =>
  (await get<{ items: AuditEvent[]; next_cursor: string | null }>(`/api/v1/audit${query}`)).items;

const makeUser = async (email: string): Promise<{ id: string }> => {
  const response = await request("/api/v1/users", {
    method: "POST",
    headers: { "content-type": "application/json", "user-agent": BROWSER },
    body: JSON.stringify({ email, name: "Grace Example", role: "read" }),
  });
  expect(response.status).toBe(201);
  return (await response.json<{ user: { id: string } }>()).user;
};

const exportText = async (query = "") =>
  Buffer.from(await (await request(`/api/v1/audit/export${query}`)).arrayBuffer()).toString();
const verifierKey = async () => (await get<{ verifier_key: string }>("/api/v1/audit/key")).verifier_key;

describe("the audit log over HTTP", () => {
  it("shows an act as soon as it is done, with who did it and what is personal in it", async () => {
    const { id } = await makeUser("grace@example.org");
    const [event] = await events(`?target=${id}&action=user.created`);
    expect(event).toMatchObject({
      action: "user.created",
      result: "success",
      actor: { kind: "key" },
      target: { kind: "user", id },
      personal: { user_agent: BROWSER },
      erased: false,
    });
    expect(JSON.stringify(event?.detail)).not.toContain("grace");
  });

  it("shows a refusal", async () => {
    const reader = await addUser("read");
    expect((await requestAs(reader.key, "/api/v1/users")).status).toBe(403);
    expect(await events(`?result=refused&actor=${reader.userId}`)).toMatchObject([
      { action: "access.refused", actor: { user_id: reader.userId } },
    ]);
  });

  it("tells which documents a search gave out", async () => {
    const { document } = await addText("tides.md", "The tide turns at noon.");
    await ingestAll();
    expect((await search("When does the tide turn?")).passages).toHaveLength(1);
    expect(await events("?action=question.asked")).toMatchObject([
      { target: { kind: "collection" }, detail: { documents: [document.id] } },
    ]);
  });

  it("refuses a filter or a cursor that makes no sense", async () => {
    expect((await request("/api/v1/audit?action=nothing.happened")).status).toBe(422);
    expect((await request("/api/v1/audit?cursor=abc")).status).toBe(400);
    expect((await request("/api/v1/audit/export?from=-1")).status).toBe(422);
  });

  it("proves an event", async () => {
    const { id } = await makeUser("grace@example.org");
    const [event] = await events(`?target=${id}`);
    const proof = await get<AuditProof>(`/api/v1/audit/proof/${event?.id}`);
    expect(proof.leaf_index).toBe(event?.sequence);
    expect(await verifyProof(proof, await verifierKey())).toBe(true);
    const none = await request("/api/v1/audit/proof/evt_none");
    expect([none.status, await none.json()]).toMatchObject([404, { code: "event_not_found" }]);
  });

  it("exports what verifies, the export itself in it", async () => {
    await makeUser("grace@example.org");
    const text = await exportText();
    const verified = await verifyText(text, await verifierKey());
    expect(verified.faults).toEqual([]);
    expect(text).toContain('\\"action\\":\\"audit.exported\\"');
    const rest = await exportText(`?from=${verified.events}`);
    expect((await verifyText(text + rest, await verifierKey())).faults).toEqual([]);
  });

  it("keeps nothing readable of a person who was erased, and still holds", async () => {
    const { id } = await makeUser("grace@example.org");
    const before = await verifyText(await exportText(), await verifierKey());
    const erased = await request(`/api/v1/users/${id}?erase=true`, { method: "DELETE" });
    expect(erased.ok).toBe(true);
    const text = await exportText();
    expect(text).not.toContain("grace@example.org");
    expect(text).not.toContain("Grace Example");
    const pins = before.checkpoint === null ? [] : [before.checkpoint];
    const verified = await verifyText(text, await verifierKey(), pins);
    expect(verified).toMatchObject({ faults: [], pinsConfirmed: 1 });
    expect(await events(`?target=${id}&action=user.created`)).toMatchObject([{ erased: true }]);
  });
});
