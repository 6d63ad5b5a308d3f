import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppError } from "../../../workers/errors.ts";
import { bucketOf } from "../../../workers/limits/addresses.ts";
import { assertNetworks, isLetIn, wouldLockOut } from "../../../workers/limits/networks.ts";
import { subjectKey } from "../../../workers/limits/subject.ts";
import { clientAddress } from "../../../workers/middleware/client-address.ts";

const from = (headers: Record<string, string>) => {
  const sent = new Headers(headers);
  return clientAddress({ req: { header: (name) => sent.get(name) ?? undefined } });
};
const group = fc.nat(0xffff).map((value) => value.toString(16));

describe("a caller's address", () => {
  it("is what CF-Connecting-IP says, in one form", () => {
    expect(from({ "cf-connecting-ip": "192.0.2.7" })).toBe("192.0.2.7");
    expect(from({ "cf-connecting-ip": "2001:DB8:0:0::0001" })).toBe("2001:db8::1");
    expect(from({ "cf-connecting-ip": "::ffff:192.0.2.7" })).toBe("192.0.2.7");
    expect(from({ "cf-connecting-ip": "::ffff:c000:207" })).toBe("192.0.2.7");
  });

  it.for(["", "localhost", "192.0.2.7, 192.0.2.8", "0300.0.2.7", "3221225991", "fe80::1%eth0", "192.0.2"])(
    "is unknown when the header says %o",
    (value) => {
      expect(from({ "cf-connecting-ip": value })).toBe("unknown");
    },
  );

  it("is not taken from headers that anybody can write", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("x-forwarded-for", "x-real-ip", "forwarded", "true-client-ip", "x-client-ip"),
        fc.ipV4(),
        (header, spoofed) => {
          expect(from({ [header]: spoofed })).toBe("unknown");
          expect(from({ [header]: spoofed, "cf-connecting-ip": "192.0.2.7" })).toBe("192.0.2.7");
        },
      ),
    );
  });

  it("shares its bucket with all of its /64, however the rest is rotated, and with no other", () => {
    const network = fc.tuple(fc.constant("2001"), group, group, group);
    const host = fc.tuple(group, group, group, group);
    fc.assert(
      fc.property(network, network, host, host, (here, there, one, other) => {
        const bucket = bucketOf([...here, ...one].join(":"));
        expect(bucketOf([...here, ...other].join(":"))).toBe(bucket);
        expect(bucketOf([...there, ...other].join(":")) === bucket).toBe(here.join() === there.join());
      }),
    );
    expect(bucketOf("2001:db8:1:2:aaaa::1")).toBe("2001:db8:1:2::/64");
    expect(bucketOf("192.0.2.7")).toBe("192.0.2.7");
  });

  it("is not to be read from the name of the object that counts it", () => {
    const secret = "a secret of this deployment alone, long enough";
    const name = subjectKey(secret, { kind: "address", value: "192.0.2.7" });
    expect(name).toMatch(/^[\w-]{43}$/);
    expect(name).not.toBe(subjectKey(secret, { kind: "address", value: "192.0.2.8" }));
    expect(name).not.toBe(subjectKey(secret, { kind: "sign_in_address", value: "192.0.2.7" }));
    expect(name).not.toBe(subjectKey(`${secret}.`, { kind: "address", value: "192.0.2.7" }));
  });
});

describe("networks", () => {
  const lists = (allow: string[], deny: string[] = []) => ({ allow, deny });

  it("let everybody in when there are none", () => {
    expect(isLetIn(lists([]), "192.0.2.7")).toBe(true);
    expect(isLetIn(lists([]), "unknown")).toBe(true);
  });

  it("let nobody else in when some are allowed", () => {
    const allowed = lists(["192.0.2.0/24", "2001:db8::/32", "203.0.113.9"]);
    const letIn = (address: string) => isLetIn(allowed, address);
    expect(["192.0.2.7", "2001:db8:9::1", "203.0.113.9"].map(letIn)).toEqual([true, true, true]);
    expect(["192.0.3.7", "2001:db9::1", "203.0.113.8", "unknown"].map(letIn)).toEqual(Array(4).fill(false));
  });

  it("deny rather than allow", () => {
    const networks = lists(["192.0.2.0/24"], ["192.0.2.7"]);
    expect(isLetIn(networks, "192.0.2.7")).toBe(false);
    expect(isLetIn(networks, "192.0.2.8")).toBe(true);
    expect(isLetIn(lists([], ["::/0"]), "192.0.2.7")).toBe(true);
  });

  it("mean the same in the notation of IPv4 within IPv6", () => {
    expect(isLetIn(lists([], ["::ffff:192.0.2.0/120"]), "192.0.2.7")).toBe(false);
    expect(isLetIn(lists([], ["::ffff:192.0.2.0/120"]), "192.0.3.7")).toBe(true);
  });

  it("are refused, by name, when they cannot be read", () => {
    const wrong = [
      "192.0.2.0/33",
      "192.0.2/24",
      "2001:db8::/129",
      "example.org",
      "10.0.0.0/8/8",
      "::ffff:1.2.3.4/95",
    ];
    const refused = () => assertNetworks(lists(["192.0.2.0/24", ...wrong], ["192.0.2.0/"]));
    expect(refused).toThrow(AppError);
    try {
      refused();
    } catch (error) {
      expect(error).toMatchObject({
        code: "validation_failed",
        extensions: {
          errors: [
            ...wrong.map((_, position) => ({ path: `body.networks.allow.${position + 1}` })),
            { path: "body.networks.deny.0", message: expect.stringContaining("192.0.2.0/") },
          ],
        },
      });
    }
    expect(() => assertNetworks(lists(["0.0.0.0/0", "::/0", "192.0.2.7"]))).not.toThrow();
  });

  it("tell when whoever sets them would be shut out", () => {
    expect(wouldLockOut(lists(["192.0.2.0/24"]), "203.0.113.1")).toBe(true);
    expect(wouldLockOut(lists(["192.0.2.0/24"]), "unknown")).toBe(true);
    expect(wouldLockOut(lists([], ["2001:db8::/32"]), "2001:db8::1")).toBe(true);
    expect(wouldLockOut(lists(["192.0.2.0/24"], ["203.0.113.0/24"]), "192.0.2.1")).toBe(false);
  });
});
