// What the packages that read certificates resolve to in the deployed script (wrangler.toml). Passkeys are registered without attestation,
// so that no authenticator's certificate is ever looked at; one that comes all the same is refused.
function refuse() {
  throw new Error("Attestation certificates are not verified: register the passkey without attestation.");
}

export {
  refuse as AuthorityKeyIdentifierExtension,
  refuse as id_ce_keyDescription,
  refuse as KeyDescription,
  refuse as CRLDistributionPointsExtension,
  refuse as SubjectKeyIdentifierExtension,
  refuse as X509Certificate,
  refuse as X509ChainBuilder,
  refuse as X509Crl,
};
