/**
 * Elements from data, and the smallest change that makes the page look like them.
 *
 * A screen builds what it wants to show with `h` and hands it to `render`; what is already there and alike stays, so
 * focus, typed text and open details survive. Attributes starting with "on" are handlers; `testid` is data-testid; what
 * is inside an element with `data-live`, and whether a field is wrong or busy, belongs to whoever set it.
 * @module
 */

/** @typedef {Node | string | number | null | undefined | false} Leaf */
/** @typedef {Leaf | readonly (Leaf | readonly (Leaf | readonly Leaf[])[])[]} Child lists may stand in lists */
/** @typedef {Record<string, unknown>} Attributes */

const HANDLERS = /** @type {const} */ (["onclick", "onsubmit", "onchange", "oninput", "onfocus", "onkeydown"]);
/** Set while a form is used, not by its screen: a new drawing leaves them as they are. */
const OF_THE_MOMENT = ["aria-invalid", "aria-busy"];
const SVG = "http://www.w3.org/2000/svg"; // a name, not an address

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Attributes | null} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) set(element, name, value);
  append(element, children);
  return element;
}

/**
 * Like h, for drawings. A drawing is replaced as a whole, when its data-key has changed.
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} tag
 * @param {Attributes | null} [attributes]
 * @param {...Child} children
 * @returns {SVGElementTagNameMap[K]}
 */
export function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes ?? {})) set(element, name, value);
  append(element, children);
  return element;
}

/**
 * Make the children of `root` look like these.
 * @param {Element} root
 * @param {...Child} children
 */
export function render(root, ...children) {
  const fresh = document.createDocumentFragment();
  append(fresh, children);
  morphChildren(root, fresh);
}

/**
 * HTML's own switches are there or not; what styles and screen readers read in aria- and data- attributes is a word.
 * @param {Element} element
 * @param {string} name
 * @param {unknown} value
 */
function set(element, name, value) {
  if (typeof value === "boolean" && /^(aria|data)-/.test(name)) value = String(value);
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) {
    Object.assign(element, { [name]: value });
    return;
  }
  const attribute = name === "testid" ? "data-testid" : name;
  element.setAttribute(attribute, value === true ? "" : String(value));
}

/**
 * @param {Node} parent
 * @param {readonly Child[]} children
 */
function append(parent, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (typeof child === "object" && !(child instanceof Node)) append(parent, child);
    else parent.appendChild(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/**
 * @param {Node} old
 * @param {Node} fresh
 */
function morphChildren(old, fresh) {
  let current = old.firstChild;
  for (const node of [...fresh.childNodes]) {
    const match = findAlike(current, node);
    if (match === null) {
      old.insertBefore(node, current);
      continue;
    }
    current = removeUntil(current, match);
    morph(match, node);
    current = match.nextSibling;
  }
  removeUntil(current, null);
}

/**
 * @param {ChildNode | null} from
 * @param {Node} node
 * @returns {ChildNode | null}
 */
function findAlike(from, node) {
  for (let each = from; each !== null; each = each.nextSibling) if (alike(each, node)) return each;
  return null;
}

/**
 * @param {ChildNode | null} from
 * @param {ChildNode | null} end
 * @returns {ChildNode | null}
 */
function removeUntil(from, end) {
  let each = from;
  while (each !== null && each !== end) {
    const gone = each;
    each = each.nextSibling;
    gone.remove();
  }
  return end;
}

/**
 * @param {Node} old
 * @param {Node} fresh
 */
function alike(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) return false;
  return !(old instanceof Element && fresh instanceof Element) || keyOf(old) === keyOf(fresh);
}

/** @param {Element} element */
function keyOf(element) {
  return element.getAttribute("data-key") ?? element.getAttribute("data-testid") ?? element.id;
}

/**
 * @param {Node} old
 * @param {Node} fresh
 */
function morph(old, fresh) {
  if (!(old instanceof HTMLElement && fresh instanceof HTMLElement)) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !isOfTheMoment(old, name)) setNow(old, name, null);
  }
  for (const { name, value } of [...fresh.attributes]) {
    if (old.getAttribute(name) !== value) setNow(old, name, value);
  }
  for (const name of HANDLERS) if (old[name] !== fresh[name]) Object.assign(old, { [name]: fresh[name] });
  if (!fresh.hasAttribute("data-live")) morphChildren(old, fresh);
}

/** @param {HTMLElement} element @param {string} attribute */
function isOfTheMoment(element, attribute) {
  return OF_THE_MOMENT.includes(attribute) || (attribute === "open" && element instanceof HTMLDetailsElement);
}

/**
 * An attribute that is also what the person typed or ticked changes both, and only when the screen changed it.
 * @param {HTMLElement} element
 * @param {string} name
 * @param {string | null} value
 */
function setNow(element, name, value) {
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value);
  if (!(element instanceof HTMLInputElement)) return;
  if (name === "checked") element.checked = value !== null;
  if (name === "value") element.value = value ?? "";
}
