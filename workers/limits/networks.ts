import ipaddr from "ipaddr.js";
import type { RuntimeSettings } from "../contract/settings.ts";
import { AppError } from "../errors.ts";
import { type Address, parseAddress } from "./addresses.ts";

type Networks = RuntimeSettings["networks"];
type Network = [address: Address, bits: number];

const parsed = new WeakMap<readonly string[], Network[]>();

/**
 * Whether somebody at this address may come in: nobody who is denied, and where some are allowed, nobody else.
 *
 * @param address as `clientAddress` gives it; one that is unknown is in no network
 */
export function isLetIn(networks: Networks, address: string): boolean {
  const at = parseAddress(address);
  const isIn = (list: readonly string[]) =>
    at !== null &&
    networksOf(list).some(([network, bits]) => at.kind() === network.kind() && at.match(network, bits));
  return !isIn(networks.deny) && (networks.allow.length === 0 || isIn(networks.allow));
}

/** Whether such settings would shut out the one who makes them. */
export const wouldLockOut = (networks: Networks, address: string): boolean => !isLetIn(networks, address);

/** @throws AppError `validation_failed`, naming each entry that is no address and no network */
export function assertNetworks({ allow, deny }: Networks): void {
  const faultsOf = (list: readonly string[], name: string) =>
    list.flatMap((entry, position) =>
      parseNetwork(entry) === null
        ? [
            {
              path: `body.networks.${name}.${position}`,
              message: `${entry} is no address and no network in CIDR notation`,
            },
          ]
        : [],
    );
  const errors = [...faultsOf(allow, "allow"), ...faultsOf(deny, "deny")];
  const [first] = errors;
  if (first === undefined) return;
  throw new AppError("validation_failed", {
    detail: `${first.path}: ${first.message}`,
    extensions: { errors },
  });
}

/** Reads `192.0.2.0/24`, `2001:db8::/32` or a single address; null when it is none of them. */
function parseNetwork(text: string): Network | null {
  const [host = "", length, ...more] = text.split("/");
  const address = parseAddress(host);
  if (address === null || more.length > 0) return null;
  const most = address.toByteArray().length * 8;
  if (length === undefined) return [address, most];
  if (!/^\d{1,3}$/.test(length)) return null;
  // In the notation of IPv4 within IPv6, the first 96 bits say that it is one.
  const isMapped = address.kind() === "ipv4" && ipaddr.IPv6.isValid(host);
  const bits = Number(length) - (isMapped ? 96 : 0);
  return bits >= 0 && bits <= most ? [address, bits] : null;
}

/** A list's networks, read once as long as the settings stay the same object. */
function networksOf(list: readonly string[]): Network[] {
  const known = parsed.get(list);
  if (known !== undefined) return known;
  const networks = list.flatMap((entry) => {
    const network = parseNetwork(entry);
    return network === null ? [] : [network];
  });
  parsed.set(list, networks);
  return networks;
}
