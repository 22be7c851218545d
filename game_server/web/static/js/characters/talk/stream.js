/**
 * An answer as it comes: pieces of text, then that it is whole, or why it is not.
 * @module
 */

/**
 * @typedef {object} Piece
 * @property {string} [text] more of what is said
 * @property {boolean} [safety] it is not the character who speaks
 * @property {boolean} [done]
 * @property {string} [conversation_id]
 * @property {string} [message_id]
 * @property {{code: string, message: string}} [error]
 */

/**
 * The pieces of an answer, as `text/event-stream` has them. Ends when the line does.
 * @param {ReadableStream<Uint8Array>} body
 * @param {() => void} [alive] something was heard, if only that somebody is there
 * @returns {AsyncGenerator<Piece, void, void>}
 */
export async function* pieces(body, alive = () => {}) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      alive();
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      const blocks = rest.split(/\r?\n\r?\n/);
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const piece = pieceOf(block);
        if (piece !== null) yield piece;
      }
      if (done) return;
    }
  } finally {
    reader.cancel().catch(() => {}); // nobody listens any more
  }
}

/** @param {string} block @returns {Piece | null} null: only a sign of life, or nothing that is understood */
function pieceOf(block) {
  const data = block
    .split(/\r?\n/)
    .filter((line) => line.startsWith("data:"))
    .map((line) => line.slice(5).replace(/^ /, ""))
    .join("\n");
  try {
    const found = data === "" ? null : JSON.parse(data);
    return typeof found === "object" ? found : null;
  } catch {
    return null;
  }
}
