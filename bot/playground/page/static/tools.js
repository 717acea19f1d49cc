// Small tools: elements, words, times, the way to the server. What people and bots write enters as text only.

import { EN, t } from "./words.js";

export const $ = (id) => document.getElementById(id);

/** el("p.note", {title: "…"}, "text", child): what is null or false is left out. */
export function el(name, facts, ...inside) {
  const [tag, ...classes] = name.split(".");
  const node = document.createElement(tag);
  node.className = classes.join(" ");
  for (const [key, value] of Object.entries(facts || {})) {
    if (key.startsWith("on")) node[key] = value;
    else node.setAttribute(key, value);
  }
  node.append(...inside.filter(Boolean));
  return node;
}

export function label(root) {
  for (const node of root.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of root.querySelectorAll("[data-label]")) node.ariaLabel = node.title = t(node.dataset.label);
}

/** The time as the bot tells it: İstanbul's, in Turkish 14.30. */
export function time(at, options) {
  const said = new Intl.DateTimeFormat(EN ? "en-GB" : "tr-TR", { timeZone: "Europe/Istanbul", ...options }).format(new Date(at));
  return EN ? said : said.replaceAll(":", ".");
}
export const clock = (at) => time(at, { timeStyle: "short" }), day = (at) => time(at, { dateStyle: "full" });

export function toast(words, kind = "told") {
  const node = el(`p.toast.${kind}`, { dir: "auto" }, words);
  $("toasts").append(node);
  setTimeout(() => node.remove(), 6000);
}
export const alas = (words) => toast(words, "error");

export const wire = { look() {} }; // what asks for news, once there is a page

export async function post(path, body) {
  try {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(`/playground/api/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    const found = await answer.json();
    if (answer.ok) return found;
    alas(found.error);
  } catch {
    alas(t("offline"));
  } finally {
    wire.look();
  }
  return null;
}

/** Only pages of the web: never javascript:, data: or file:. */
export function safe(address) {
  const url = URL.canParse(address) && new URL(address);
  return url && /^https?:$/.test(url.protocol) ? url.href : null;
}
export const outside = (href, name, ...inside) => el(name, { href, target: "_blank", rel: "noopener noreferrer" }, ...inside);

export const copy = (text) => navigator.clipboard.writeText(text).then(() => toast(t("copied") + text), alas);
