/**
 * A passkey of this phone that keeps a secret for us (WebAuthn's PRF): a face or a finger gives it out, here and nowhere
 * else. One that can only say "it was them" is not taken: then what is stored would lie open to whoever reads the storage.
 * @module
 */

import { random } from "./sealing.js";

/** @typedef {import("./sealing.js").Bytes} Bytes */
/** @typedef {{results?: {first?: ArrayBuffer}}} Prf what the browser answers, which the types do not know */

const CHALLENGE_BYTES = 32;
const PATIENCE_MS = 60_000;
const ALGORITHMS = [-7, -257]; // ES256, RS256

/** @returns {Promise<boolean>} has this phone what it takes to ask for a face or a finger? */
export async function hasPasskeys() {
  if (!globalThis.isSecureContext || !("PublicKeyCredential" in globalThis)) return false;
  return PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable().catch(() => false);
}

/** @param {Bytes} salt @returns {Promise<{id: Bytes, secret: Bytes} | null>} null: refused, or it keeps no secret */
export async function makePasskey(salt) {
  const name = location.hostname;
  const made = await asked(() =>
    navigator.credentials.create({
      publicKey: {
        rp: { name },
        user: { id: random(CHALLENGE_BYTES), name, displayName: name },
        challenge: random(CHALLENGE_BYTES), // nobody but this page looks at the answer
        pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: "public-key", alg })),
        authenticatorSelection: { authenticatorAttachment: "platform", userVerification: "required" },
        timeout: PATIENCE_MS,
        extensions: /** @type {any} */ ({ prf: { eval: { first: salt } } }),
      },
    }),
  );
  if (made === null) return null;
  const id = new Uint8Array(made.rawId);
  const secret = secretOf(made) ?? (await passkeySecret(id, salt)); // some give it out only when asked once more
  return secret === null ? null : { id, secret };
}

/** @param {Bytes} id @param {Bytes} salt @returns {Promise<Bytes | null>} */
export async function passkeySecret(id, salt) {
  const shown = await asked(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: random(CHALLENGE_BYTES),
        allowCredentials: [{ type: "public-key", id, transports: ["internal"] }],
        userVerification: "required",
        timeout: PATIENCE_MS,
        extensions: /** @type {any} */ ({ prf: { eval: { first: salt } } }),
      },
    }),
  );
  return shown === null ? null : secretOf(shown);
}

/** @param {() => Promise<Credential | null>} ask @returns {Promise<PublicKeyCredential | null>} null: the person, or the phone, said no */
async function asked(ask) {
  try {
    const answer = await ask();
    return answer instanceof PublicKeyCredential ? answer : null;
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

/** @param {PublicKeyCredential} credential @returns {Bytes | null} 32 bytes */
function secretOf(credential) {
  const { prf } = /** @type {{prf?: Prf}} */ (credential.getClientExtensionResults());
  return prf?.results?.first === undefined ? null : new Uint8Array(prf.results.first);
}
