/**
 * What a tool has beyond its declaration: its words, what a line of its list says, what can be pressed on one of its rows.
 * @module
 */

/** @typedef {import("../../ui/dom.js").Child} Child */
/** @typedef {import("../bond.js").Bond} Bond */
/** @typedef {import("./catalog.js").Row} Row */
/** @typedef {import("./catalog.js").Tool} Tool */
/** @typedef {import("./row.js").RowPage} RowPage */
/** @typedef {{sign?: string, title: string, hint?: string | null, value?: string | null}} Line */
/**
 * @typedef {object} Doing something that can be pressed on a row
 * @property {string} name its own among those of the tool
 * @property {string} [command] of the tool, if it is called otherwise
 * @property {Readonly<Record<string, unknown>>} [patch] it changes these instead
 * @property {Readonly<Record<string, unknown>>} [body] what it always says
 * @property {string} label
 * @property {string} done what is said when it is
 * @property {string} [undo] the name of what takes it back
 * @property {boolean} [anyhow] it counts whatever has changed meanwhile, such as a no
 * @property {(row: Row, bond: Bond) => boolean} [when] further than rights and states go
 * @property {(row: Row, bond: Bond) => boolean} [allowed] instead of the rights of its command
 * @property {(row: Row, bond: Bond) => boolean} [first] it is what is most likely wanted
 * @property {readonly string[]} [asks] fields of the command that it asks for
 * @property {string} [lead] above them
 * @property {(page: RowPage, close: () => void) => Child} [form] asks in a way of its own
 * @property {{title: string, lines: readonly string[], no: string}} [sure] is asked first
 */
/**
 * @typedef {object} Kind
 * @property {string} tool
 * @property {string} title
 * @property {string} sign
 * @property {string} lead what it is for, above the list
 * @property {string} empty where there is nothing yet: it invites
 * @property {string} fresh what its first button says
 * @property {string} made what is said when there is a new one
 * @property {readonly string[]} first fields of its form that everybody sees
 * @property {(row: Row, bond: Bond) => Line} line
 * @property {readonly (readonly [string, string])[]} [groups] of the list, by their key
 * @property {(row: Row, bond: Bond) => string} [group]
 * @property {(beside: any, bond: Bond) => Child} [beside] above the list
 * @property {(row: Row, bond: Bond) => Child} [standing] how it stands, first on the row
 * @property {(row: Row, bond: Bond) => readonly (readonly [string, string] | null)[]} [facts]
 * @property {(page: RowPage) => Child} [below]
 * @property {readonly Doing[]} doings
 * @property {readonly string[]} [asked] filters of its list, in their order
 * @property {(fields: readonly import("./catalog.js").Given[]) => readonly import("./catalog.js").Given[]} [fields] of its form
 * @property {(page: import("./list.js").ListPage) => Child} [ways] below the list
 * @property {readonly string[]} [hears] other tables than its own whose changes show on its rows
 * @property {(row: Row) => boolean} [alone] does nobody but its keeper read it?
 * @property {string} [removal] what deleting is called
 * @property {string} [editing] what changing is called
 */

export {};
