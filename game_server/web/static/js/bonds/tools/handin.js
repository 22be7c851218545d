/**
 * Handing a task in: a word with it, and what shows that it is done, in words, as a photo or as the address of a video.
 * @module
 */

import { ApiError } from "../../api.js";
import { h } from "../../ui/dom.js";
import { text } from "../../ui/forms.js";
import { ACCEPTED } from "../../ui/picture.js";
import { _ } from "../../ui/tongue.js";
import { toolForm } from "./form.js";
import { sendPicture } from "./pictures.js";

/** @typedef {import("./catalog.js").Given} Given */
/** @typedef {import("./row.js").RowPage} RowPage */

/** @type {Given} */
const NOTES = { name: "notes", kind: "text", lines: true, most: 4000 };
/** @type {Given} */
const TYPE = { name: "shown_as", kind: "choice", nullable: false, values: ["text", "photo", "video"] };
/** @type {Given} */
const TEXT = { name: "text", kind: "text", lines: true, most: 4000 };
const MOST_ADDRESS = 2000;

/** @param {RowPage} page @param {() => void} close */
export function handIn(page, close) {
  const { bond, row } = page;
  const doing = page.kind.doings.find(({ name }) => name === "submit");
  return toolForm(bond, {
    tool: "tasks",
    about: `tasks.${row.id}.submit`,
    fields: [NOTES, TYPE, TEXT],
    first: ["notes", "shown_as", "text"],
    people: [],
    values: { shown_as: row["proof_type"] ?? "text" },
    version: row.version,
    above:
      row["proof_required"] === true
        ? h("p", null, _("Something of it is wished for. A few words are always enough."))
        : h("p", null, _("If you like, show something of it. It is not needed.")),
    below: photo(),
    send: _("Hand it in"),
    close,
    act: async (values, data) => {
      if (doing === undefined) return;
      const file = data.get("file");
      const type = text(data, "shown_as");
      const chosen = type === "photo" && file instanceof File && file.size > 0 ? file : null;
      const picture = chosen === null ? null : await sendPicture(page.app, chosen);
      const words = /** @type {string | null} */ (values["text"]);
      if (type === "video" && words !== null && !isSafeAddress(words))
        throw new ApiError(422, "invalid", "", { text: _("Please write the whole address of the video here, with https in front.") });
      const kind = type === "photo" && picture === null ? "text" : type;
      const proof = words === null && picture === null ? null : { type: kind, ...(words !== null && { text: words }), ...(picture !== null && { file_id: picture }) };
      await page.do(doing, { ...(values["notes"] !== null && { notes: values["notes"] }), ...(proof !== null && { proof }) });
    },
  });
}

/** @param {string} words */
function isSafeAddress(words) {
  return words.length <= MOST_ADDRESS && URL.canParse(words) && new URL(words).protocol === "https:";
}

function photo() {
  return h(
    "div",
    { class: "field of-photo", "data-key": "file" },
    h("label", { for: "field-file" }, _("The photo")),
    h("input", { id: "field-file", testid: "file", name: "file", type: "file", accept: ACCEPTED, "aria-describedby": "hint-file problem-file" }),
    h("small", { id: "hint-file" }, _("It is kept sealed. Where and when it was taken is wiped off.")),
    h("p", { class: "problem", id: "problem-file", testid: "problem-file", "data-live": true }),
  );
}
