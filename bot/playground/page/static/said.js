// What is said, as it is shown: words with their entities, pictures, papers, files.

import { t } from "./words.js";
import { $, el, outside, safe } from "./tools.js";

export const SIGNS = { photo: "🖼", document: "📄", voice: "🎙", sticker: "🌷" };
const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "code", blockquote: "q" };

/** Text with its entities; offsets count UTF-16 units, as strings do here. */
export function marked(text, entities, command) {
  const cuts = [0, text.length, ...entities.flatMap((one) => [one.offset, one.offset + one.length])].sort((a, b) => a - b);
  return cuts.slice(1).map((to, index) => {
    const over = entities.filter((one) => one.offset <= cuts[index] && one.offset + one.length >= to);
    return to > cuts[index] && over.reduceRight((inside, { type, offset, length, url }) => {
      const whole = text.slice(offset, offset + length);
      if (TAGS[type]) return el(TAGS[type], null, inside);
      if (type === "bot_command") return el("button.link", { onclick: () => command(whole) }, inside);
      const href = { text_link: url, url: /^https?:/i.test(whole) ? whole : `https://${whole}` }[type];
      return safe(href) ? outside(safe(href), "a", inside) : inside;
    }, text.slice(cuts[index], to));
  });
}

function show(name, addresses) {
  $("viewer-name").textContent = name;
  $("viewer-pages").replaceChildren(...addresses.map((src, index) => el("img", { src, alt: `${name} ${index + 1}` })));
  $("viewer").showModal();
}

/** A picture to be looked at closely; the addresses are its pages. */
export const picture = (kind, name, addresses, more) => el(`button.picture.${kind}`, { onclick: () => show(name, addresses) },
  el("img", { src: addresses[0], alt: name, ...more }));
export const pagesAt = (address, pages) => Array.from({ length: Math.min(pages || 1, 20) }, (_, number) => `${address}?page=${number}`);
export const line = (sign, name, note, link) => el("span.file", null, el("span", { "aria-hidden": true }, sign),
  el("span", { dir: "auto" }, name, el("small", null, note)), link);

export function fileOf({ kind, file_id: id, name, size, mime, pages }, settle) {
  const called = name || t(kind), drawn = pages || (kind !== "voice" && /^image\/(png|jpeg|webp|gif)/.test(mime));
  const link = pages ? outside(`/playground/page/papers/${id}`, "a", t("open"))
    : el("a", { href: `/playground/api/files/${id}`, download: called }, t("open"));
  const more = { onload: settle, onerror: (event) => event.target.parentNode.remove() };
  return [drawn && picture(kind, called, pagesAt(`/playground/page/pictures/${id}`, pages), more),
    !(drawn && /photo|sticker/.test(kind)) && line(SIGNS[kind], called, pages ? `${pages} ${t("pages")}` : `${Math.ceil(size / 1024)} kB`, link)];
}
