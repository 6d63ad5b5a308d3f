import { createRoute } from "@hono/zod-openapi";
import { RuntimeSettings, UpdateSettings } from "../contract/settings.ts";
import { AppError } from "../errors.ts";
import { assertNetworks, wouldLockOut } from "../limits/networks.ts";
import { clientAddress } from "../middleware/client-address.ts";
import { jsonBody } from "../middleware/json-body.ts";
import { json, jsonRequest, newRouter, problems } from "./app-route.ts";

/** Two thousand networks have room in it. */
const SETTINGS_BODY = 256 * 1024;
const tags = ["Settings"];

export const settingsRoutes = newRouter();

settingsRoutes.openapi(
  createRoute({
    method: "get",
    path: "/api/v1/settings",
    tags,
    summary: "Get the settings that hold while the service runs",
    responses: { 200: json(RuntimeSettings, "The settings"), ...problems(401, 403) },
  }),
  async (c) => c.json(await c.get("services").storedSettings.load(), 200),
);

settingsRoutes.openapi(
  createRoute({
    method: "patch",
    path: "/api/v1/settings",
    tags,
    summary: "Change settings",
    description:
      "Each part that is named is replaced whole. A change holds everywhere within 5 seconds. Networks that would shut out the one who asks are refused.",
    middleware: [jsonBody(SETTINGS_BODY)] as const,
    request: { body: jsonRequest(UpdateSettings) },
    responses: {
      200: json(RuntimeSettings, "The settings as they are now"),
      ...problems(400, 401, 403, 413, 415, 422),
    },
  }),
  async (c) => {
    const services = c.get("services");
    const change = c.req.valid("json");
    if (change.networks !== undefined) {
      assertNetworks(change.networks);
      if (wouldLockOut(change.networks, clientAddress(c))) throw lockedOut();
    }
    const event = await c.get("audit").prepare({
      action: "settings.changed",
      target: { kind: "settings", id: "runtime" },
      detail: { changed: Object.keys(change) },
    });
    const settings = await services.storedSettings.update(change, [event]);
    services.forgetRights();
    if (change.metrics !== undefined) {
      services.metrics.forgetEpochs();
      services.inBackground(services.metrics.configure(), "configure the metrics shards");
    }
    return c.json(settings, 200);
  },
);

const lockedOut = () =>
  new AppError("validation_failed", {
    detail: "body.networks: your own address would be shut out. Allow it, or take it from those denied.",
    extensions: { errors: [{ path: "body.networks", message: "your own address would be shut out" }] },
  });
