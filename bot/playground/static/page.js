// The playground's page: shows what happens in this Telegram, lets people write, tap, travel in time, break things.
// What people and bots write enters the page as text only: there is no innerHTML here.

const EN = new URLSearchParams(location.search).get("lang") === "en";
const WORDS = { // Turkish|English
  title: "deneme alanı|playground", people: "Kişiler|People", office: "Postane|Post office", chats: "Sohbetler|Chats",
  time: "Zaman|Time", go: "Git|Go", when: "Gidilecek an ya da süre|Moment or duration to travel",
  jumps: "+1 dk,+10 dk,+1 gün,+30 gün|+1 min,+10 min,+1 day,+30 days",
  mail: "Posta kutusu|Mailbox", noMail: "Henüz e-posta yok.|No mail yet.", readMail: "İletiyi oku|Read the mail",
  useCode: "Kodu sohbete yaz|Write the code into the chat", tray: "Baskı tepsisi|Print tray",
  noTray: "Tepside mektup yok.|No letter in the tray.", pages: "sayfa|page(s)", open: "Aç|Open",
  faults: "Aksaklık çıkar|Cause a fault",
  bot: "Bot|Bot", method: "Çağrı|Method", timeout: "Zaman aşımı|Timeout", lost: "Kayıp yanıt|Lost reply",
  raw: "Ham güncelleme gönder|Deliver a raw update", delivered: "Güncelleme gönderildi.|Update delivered.",
  notJson: "Bu JSON değil. |This is not JSON. ", addPerson: "Kişi ekle|Add a person", firstName: "Ad|First name",
  lastName: "Soyad|Last name", id: "Numara (id)|Number (id)", speaks: "Telegram dili|Telegram language",
  cancel: "Vazgeç|Cancel", ok: "Tamam|OK", close: "Kapat|Close", hide: "Sütunu gizle|Hide column",
  nobody: "Burada bir Telegram var, ama henüz kimse yok.|Here is a Telegram, but nobody is in it yet.",
  topic: "Konu|Topic", allTopics: "Bütün konular|All topics", empty: "Burada henüz mesaj yok.|No messages here yet.",
  start: "Başlat|Start", write: "Mesaj yazın|Write a message", send: "Gönder|Send", commands: "Komutlar|Commands",
  edit: "Düzenle|Edit", edited: "düzenlendi|edited", editing: "Mesajı düzenliyorsunuz|You are editing a message",
  block: "Engelle|Block", unblock: "Engeli kaldır|Unblock", isBlocked: "Bu botu engellediniz.|You have blocked this bot.",
  attach: "Dosya gönder|Send a file", photo: "Fotoğraf|Photo", document: "Belge|Document", voice: "Ses kaydı|Voice message",
  sticker: "Çıkartma|Sticker", choose: "Dosya seç|Choose", sample: "Örnek|Sample", copied: "Kopyalandı: |Copied: ",
  offline: "Deneme alanına ulaşılamıyor.|The playground cannot be reached.", gone: "Bu bağlantı açılamaz.|This link cannot be opened.",
};
const t = (name) => WORDS[name].split("|")[Number(EN)];

// Small tools
const $ = (id) => document.getElementById(id);

/** el("p.note", {title: "…"}, "text", child): what is null or false is left out. */
function el(name, facts, ...inside) {
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

function label(root) {
  for (const node of root.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of root.querySelectorAll("[data-label]")) node.ariaLabel = node.title = t(node.dataset.label);
}

/** The time as the bot tells it: İstanbul's, in Turkish 14.30. */
function time(at, options) {
  const said = new Intl.DateTimeFormat(EN ? "en-GB" : "tr-TR", { timeZone: "Europe/Istanbul", ...options }).format(new Date(at));
  return EN ? said : said.replaceAll(":", ".");
}
const clock = (at) => time(at, { timeStyle: "short" }), day = (at) => time(at, { dateStyle: "full" });

function toast(words, kind = "told") {
  const node = el(`p.toast.${kind}`, { dir: "auto" }, words);
  $("toasts").append(node);
  setTimeout(() => node.remove(), 6000);
}
const alas = (words) => toast(words, "error");

async function post(path, body) {
  try {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(`/playground/api/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    const found = await answer.json();
    if (answer.ok) return found;
    alas(found.error);
  } catch {
    alas(t("offline"));
  } finally {
    look();
  }
  return null;
}

/** Only pages of the web: never javascript:, data: or file:. */
function safe(address) {
  const url = URL.canParse(address) && new URL(address);
  return url && /^https?:$/.test(url.protocol) ? url.href : null;
}
const outside = (href, name, ...inside) => el(name, { href, target: "_blank", rel: "noopener noreferrer" }, ...inside);

// What is known
const bots = new Map(), people = new Map(), chats = new Map(), messages = new Map(), columns = new Map();
const hidden = new Set(); // people whose column was put away
let mark = "", now = 0, looking = Promise.resolve(), wanted = null, active = null, sheets = 0, unseen = 0, online = true;

const messagesOf = (key) => messages.get(key) || messages.set(key, new Map()).get(key);

/** One look at a time; who asks while one is under way gets another right after it. */
function look() {
  looking = looking.then(async () => {
    const answer = await fetch(`/playground/page/news?since=${mark}`).catch(() => null);
    if (!answer && online) alas(t("offline"));
    online = Boolean(answer);
    if (answer) take(await answer.json());
  }).catch(console.error);
  return looking;
}

async function watch() {
  await look();
  setTimeout(watch, document.hidden ? 3000 : 400);
}

function take(news) {
  mark = news.mark;
  now = news.now;
  $("now").replaceChildren(el("b", null, time(now, { timeStyle: "medium" })), day(now));
  if (news.fresh) {
    for (const part of [bots, people, chats, messages, columns]) part.clear();
    $("columns").replaceChildren();
    $("mails").replaceChildren();
  }
  for (const bot of news.bots || []) bots.set(bot.name, bot);
  for (const person of news.people || []) people.set(person.id, person);
  for (const chat of news.chats || []) chats.set(chat.key, chat);
  for (const message of news.messages || []) messagesOf(message.chat).set(message.message_id, message);
  if (news.bots) {
    const options = () => [...bots.values()].map((bot) => el("option", { value: bot.name }, bot.first_name));
    for (const id of ["fault-bot", "raw-bot"]) $(id).replaceChildren(...options());
  }
  if (news.people || news.fresh) showPeople();
  for (const column of columns.values()) {
    if (news.chats || news.people) column.frame();
    for (const message of news.messages || []) column.hear(message);
  }
  for (const mail of news.mails || []) showMail(mail);
  const before = sheets;
  if (news.tray) showTray(news.tray[0].sheets);
  if (news.faults) showFaults(news.faults[0].waiting);
  $("mail-count").textContent = $("mails").childElementCount || "";
  if (!news.fresh) count((news.mails || []).length + Math.max(0, sheets - before));
}

/** On a telephone the post office is out of sight: its button says how much is new there. */
function count(more) {
  unseen = document.body.dataset.view === "office" ? 0 : unseen + more;
  document.querySelector(".views [data-view=office]").dataset.count = unseen || "";
}

// People
function showPeople() {
  for (const id of people.keys()) if (!hidden.has(id) && !columns.has(id)) columns.set(id, new Column(id));
  const chips = [...people.values()].map((person) => el("button.chip", {
    "aria-pressed": !hidden.has(person.id), onclick: () => reveal(person.id),
  }, avatar(person), el("bdi", null, person.first_name)));
  $("people").replaceChildren(...chips, el("button.chip.plus", { onclick: askPerson }, `+ ${t("addPerson")}`));
  if (columns.has(wanted)) activate(wanted), columns.get(wanted).input.focus(), wanted = null;
  if (!columns.has(active)) activate([...columns.keys()][0]);
}

const avatar = (person) => el(`span.avatar.c${person.id % 6}`, { "aria-hidden": true }, [...person.first_name.trim()][0] || "·");

function activate(id) {
  active = id;
  for (const [number, column] of columns) column.root.classList.toggle("active", number === id);
}

function reveal(id) {
  hidden.delete(id);
  view("chats");
  wanted = id;
  showPeople();
}

function conceal(id) {
  hidden.add(id);
  columns.get(id).root.remove();
  columns.delete(id);
  showPeople();
}

function askPerson() {
  $("person").reset();
  $("person").elements.id.value = Math.max(1000, ...people.keys()) + 1;
  $("add").showModal();
}

// What is said
const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "code", blockquote: "q" };

/** Text with its entities; offsets count UTF-16 units, as strings do here. */
function marked(text, entities, command) {
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
const picture = (kind, name, addresses, more) => el(`button.picture.${kind}`, { onclick: () => show(name, addresses) },
  el("img", { src: addresses[0], alt: name, ...more }));
const pagesAt = (address, pages) => Array.from({ length: Math.min(pages || 1, 20) }, (_, number) => `${address}?page=${number}`);
const line = (sign, name, note, link) => el("span.file", null, el("span", { "aria-hidden": true }, sign),
  el("span", { dir: "auto" }, name, el("small", null, note)), link);

function fileOf({ kind, file_id: id, name, size, mime, pages }, settle) {
  const called = name || t(kind), drawn = pages || (kind !== "voice" && /^image\/(png|jpeg|webp|gif)/.test(mime));
  const link = pages ? outside(`/playground/page/papers/${id}`, "a", t("open"))
    : el("a", { href: `/playground/api/files/${id}`, download: called }, t("open"));
  const more = { onload: settle, onerror: (event) => event.target.parentNode.remove() };
  return [drawn && picture(kind, called, pagesAt(`/playground/page/pictures/${id}`, pages), more),
    !(drawn && /photo|sticker/.test(kind)) && line(SIGNS[kind], called, pages ? `${pages} ${t("pages")}` : `${Math.ceil(size / 1024)} kB`, link)];
}

/** A person's place on the page: their chats as tabs, one of them open. */
class Column {
  constructor(id) {
    this.id = id;
    this.nodes = new Map(); // message number -> what shows it
    this.unread = new Set(); // keys of chats
    this.root = $("column").content.firstElementChild.cloneNode(true);
    label(this.root);
    this.find = (selector) => this.root.querySelector(selector);
    [this.log, this.input, this.menu] = [".log", "textarea", ".commands"].map(this.find);
    this.input.placeholder = t("write");
    this.find("header").prepend(avatar(this.person));
    const act = (selector, deed) => { this.find(selector).onclick = deed; };
    act(".hide", () => conceal(id));
    act(".block", () => this.act(this.chat.blocked ? "unblock" : "block"));
    act(".begin button", () => this.say("/start"));
    act(".menu", () => this.toggle(this.menu.hidden));
    act(".clip", () => $("attach").showModal());
    act(".editing button", () => this.edit(null));
    this.find("select").onchange = (event) => { this.topic = Number(event.target.value); this.draw(); };
    this.log.onscroll = () => { this.low = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 60; };
    this.find(".say").onsubmit = (event) => { event.preventDefault(); this.submit(); };
    this.root.onkeydown = (event) => {
      if (event.key === "Escape") this.edit(null), this.toggle(false);
      if (event.target === this.input && event.key === "Enter" && !event.shiftKey && !event.isComposing) event.preventDefault(), this.submit();
    };
    this.root.addEventListener("focusin", () => activate(id));
    this.root.onpointerdown = () => activate(id);
    new ResizeObserver(() => this.settle()).observe(this.log);
    $("columns").append(this.root);
    this.open(this.keys().find((key) => messagesOf(key).size) || this.keys()[0]);
  }

  get person() { return people.get(this.id); }

  get chat() {
    return chats.get(this.key) || { id: this.id, bot: this.key.split(":")[0], topics: [] };
  }

  keys() {
    const groups = [...chats.values()].filter((chat) => !chat.bot && chat.members.includes(this.id));
    return [...[...bots.keys()].map((name) => `${name}:${this.id}`), ...groups.map((chat) => chat.key)];
  }

  open(key) {
    this.key = key;
    this.topic = 0;
    this.unread.delete(key);
    this.edit(null);
    this.draw();
  }

  draw() {
    this.nodes.clear();
    this.log.replaceChildren();
    this.day = "";
    this.low = true;
    for (const message of messagesOf(this.key).values()) this.put(message);
    this.frame();
    this.settle();
  }

  /** Everything around the messages: name, tabs, topics, keyboard, whether one may write. */
  frame() {
    const { chat, person } = this, all = [...messagesOf(this.key).values()];
    this.find(".name").textContent = this.root.ariaLabel = [person.first_name, person.last_name].filter(Boolean).join(" ");
    this.find(".who").textContent = `${this.id} · ${person.language_code || "–"}`;
    this.find(".tabs").replaceChildren(...this.keys().map((key) => el(this.unread.has(key) ? "button.unread" : "button", {
      "aria-pressed": key === this.key, onclick: () => this.open(key),
    }, el("bdi", null, chats.get(key)?.title || bots.get(key.split(":")[0]).first_name))));
    const topics = [{ id: 0, name: t("allTopics") }, ...chat.topics], select = this.find("select");
    select.replaceChildren(...topics.map(({ id, name }) => el("option", { value: id }, name)));
    select.value = this.topic;
    select.parentNode.hidden = topics.length < 2;
    this.find(".block").textContent = t(chat.blocked ? "unblock" : "block");
    this.find(".block").hidden = !chat.bot;
    this.find(".blocked").hidden = !chat.blocked;
    for (const node of this.root.querySelectorAll(".say button, textarea")) node.disabled = chat.blocked;
    this.find(".begin").hidden = all.length;
    const board = this.find(".keys"), brought = messagesOf(this.key).get(chat.keyboard);
    const used = brought?.once && all.some((one) => one.message_id > chat.keyboard && one.from.id === this.id);
    const rows = (!chat.blocked && !used && brought?.buttons) || [], told = JSON.stringify([chat.keyboard, rows]);
    board.hidden = !rows.length;
    if (board.dataset.told !== told) board.replaceChildren(...this.rows(rows, chat.keyboard)); // else a finger may be on it
    board.dataset.told = told;
  }

  hear(message) {
    if (message.chat === this.key) {
      this.put(message);
      if (message.from.id === this.id) this.low = true;
    } else if (this.keys().includes(message.chat)) this.unread.add(message.chat);
    else return;
    this.frame();
    this.settle();
  }

  settle() {
    if (this.low) this.log.scrollTop = this.log.scrollHeight;
  }

  put(message) {
    const old = this.nodes.get(message.message_id);
    if (message.deleted || (this.topic && message.message_thread_id !== this.topic)) return old?.remove();
    const node = message.service ? el("p.day", { dir: "auto" }, `# ${this.topicOf(message)} · ${message.service.slice(12)}`) : this.bubble(message);
    this.nodes.set(message.message_id, node);
    if (old) {
      const held = [...old.querySelectorAll("button, a")].indexOf(document.activeElement);
      old.replaceWith(node);
      if (held >= 0) (node.querySelectorAll("button, a")[held] || this.input).focus(); // a keyboard keeps its place
      return null;
    }
    if (day(message.date) !== this.day) this.log.append(el("p.day", null, this.day = day(message.date)));
    const last = this.log.lastElementChild, group = message.media_group_id;
    if (group && last.dataset.group === group) last.append(node);
    else this.log.append(group ? el("div.album", { "data-group": group }, node) : node);
    return null;
  }

  topicOf(message) {
    return this.chat.topics.find((topic) => topic.id === message.message_thread_id)?.name || "";
  }

  bubble(message) {
    const { from, text, contact, date } = message, own = from.id === this.id, group = !this.chat.bot;
    const young = new Date(now) - new Date(date) < 48 * 3600e3; // later no client lets one edit
    const quoted = messagesOf(this.key).get(message.reply_to), topic = group && !this.topic && this.topicOf(message);
    return el(`article.message.${own ? "own" : "bot"}`, { "data-id": message.message_id }, el("div.bubble", null,
      group && !own && el("bdi.from", null, from.first_name),
      topic && el("small", { dir: "auto" }, `# ${topic}`),
      quoted && el("span.quote", { dir: "auto" }, quoted.text || "…"),
      ...(message.file ? fileOf(message.file, () => this.settle()) : []),
      contact && line("👤", contact.first_name, contact.phone_number),
      text && el("span.text", { dir: "auto" }, ...marked(text, message.entities, (said) => this.say(said))),
      el("span.foot", null, message.edited && el("em", null, t("edited")), el("time", { datetime: date }, clock(date)),
        own && text && !message.file && young && el("button.pencil", { "aria-label": t("edit"), title: t("edit"), onclick: () => this.edit(message) }, "✎"))),
    message.keyboard === "inline" && el("div.inline", null, ...this.rows(message.buttons, message.message_id)));
  }

  rows(rows, id) {
    return rows.map((row) => el("div.row", null, ...row.map((button) => {
      if (safe(button.url)) return outside(safe(button.url), "a.key", button.label, el("span", { "aria-hidden": true }, " ↗"));
      return el("button.key", { onclick: (event) => this.press(event.currentTarget, button, id) }, button.label);
    })));
  }

  async press(node, button, id) {
    if (button.url) return alas(t("gone"));
    if (button.copy) return copy(button.copy);
    node.ariaBusy = "true";
    const found = await this.act("tap", { message_id: id, [button.data ? "data" : "label"]: button.data || button.label });
    node.ariaBusy = null;
    const { text, url, show_alert: loud } = found?.answer || {};
    if (safe(url)) open(safe(url), "_blank", "noopener,noreferrer");
    if (!text || !loud) return text && toast(text);
    $("alert-text").textContent = text;
    return $("alert").showModal();
  }

  act(what, more) {
    const { id, bot } = this.chat;
    return post(`chats/${id}/${what}`, { user: this.id, bot: bot || undefined, ...more });
  }

  say(text) {
    return this.act("send", { text, message_thread_id: this.topic || undefined });
  }

  edit(message) {
    if (message || this.editing) this.fill(message ? message.text : "");
    this.editing = message?.message_id;
    this.find(".editing").hidden = !message;
  }

  fill(text) {
    this.input.value = text;
    this.input.focus();
  }

  async submit() {
    const text = this.input.value, message_id = this.editing;
    if (!text.trim()) return;
    this.input.value = ""; // at once: what is typed next is the next message
    this.edit(null);
    const done = await (message_id ? this.act("edit", { message_id, text }) : this.say(text));
    if (!done && !this.input.value) this.fill(text);
  }

  toggle(open) {
    const { commands } = bots.get(this.chat.bot || "staff"), code = this.person.language_code;
    const places = [`chat:${this.chat.id}`, "all_private_chats", "default"].flatMap((scope) => [`${scope} ${code}`, `${scope} `]);
    const found = commands[places.find((place) => commands[place])] || [];
    this.menu.replaceChildren(...found.map(({ command, description }) => el("button", {
      type: "button", onclick: () => { this.toggle(false); this.say(`/${command}`); },
    }, el("b", null, `/${command}`), el("span", { dir: "auto" }, description))));
    this.menu.hidden = !open || !found.length;
    this.find(".menu").ariaExpanded = !this.menu.hidden;
    if (!this.menu.hidden) this.menu.firstElementChild.focus();
  }
}

const copy = (text) => navigator.clipboard.writeText(text).then(() => toast(t("copied") + text), alas);

// Files
const SIGNS = { photo: "🖼", document: "📄", voice: "🎙", sticker: "🌷" };

function tulip(type) {
  const canvas = el("canvas", { width: 320, height: 320 }), pen = canvas.getContext("2d");
  pen.fillStyle = "#cfe0ee";
  pen.fillRect(0, 0, 320, 320);
  pen.font = "200px serif";
  pen.fillText(SIGNS.sticker, 40, 230);
  return new Promise((done) => canvas.toBlob(done, type));
}

const SAMPLES = { // the smallest thing of each kind that a client would send
  photo: ["lale.jpg", () => tulip("image/jpeg")], document: ["not.txt", () => new Blob(["Merhaba!\n"])],
  voice: ["ses.ogg", () => new Blob(["OggS"])], sticker: ["lale.webp", () => tulip("image/webp")],
};

async function sendFile(kind, name, blob) {
  $("attach").close();
  const column = columns.get(active), caption = column.input.value.trim(), reader = new FileReader();
  reader.onload = async () => {
    const base64 = reader.result.split(",")[1] || "";
    if (await column.act("file", { kind, name, base64, caption })) column.fill("");
  };
  reader.readAsDataURL(blob);
}

// The post office
function travel(text) {
  const moment = text.length === 10 ? `${text}T00:00` : text;
  const zoned = /(Z|[+-]\d\d:?\d\d)$/i.test(moment.slice(10)) ? moment : `${moment}+03:00`; // İstanbul, as the clock shows
  return post("clock", /^[+-]?p/i.test(text) ? { advance: text.toUpperCase() } : { now: zoned });
}

/** Into the chat of whoever wrote that address, else the one last used. */
function useCode(code, to) {
  const wrote = ({ key }) => [...messagesOf(key).values()].some((one) => one.text.toLowerCase() === to.toLowerCase());
  const column = [...columns.values()].find(wrote) || columns.get(active);
  if (!column) return copy(code);
  view("chats");
  activate(column.id);
  return column.fill(code);
}

function showMail({ subject, to, at, text }) {
  const codes = new Set(text.match(/(?<!\w)\d{6}(?!\w)/g));
  $("mails").prepend(el("article.mail", null, el("h3", { dir: "auto" }, subject), el("p.note", null, el("bdi", null, to), ` · ${clock(at)}`),
    ...[...codes].map((code) => el("button.code", { title: t("useCode"), onclick: () => useCode(code, to) }, code)),
    el("details", null, el("summary", null, t("readMail")), el("div.text", { dir: "auto" }, text))));
}

function showTray(found) {
  sheets = found.length;
  $("tray-count").textContent = sheets || "";
  $("tray").replaceChildren(...found.map(({ name, number, pages }) => {
    const address = `/playground/tray/${name}`;
    return el("article.sheet", null, picture("letter", number, pagesAt(`${address}/picture`, pages)),
      el("p", null, el("b", null, number), el("small", null, `${pages || "…"} ${t("pages")}`), outside(address, "a", t("open"))));
  }));
}

function showFaults(waiting) {
  $("faults").replaceChildren(...waiting.map(({ bot, method, error, drop_reply: lost, times }) =>
    el("li", null, `${bot} · ${method} · ${lost ? t("lost") : error} × ${times}`)));
}

function view(name) {
  document.body.dataset.view = name;
  for (const button of document.querySelectorAll(".views button")) button.ariaPressed = button.dataset.view === name;
  count(0);
}

// Beginning
document.documentElement.lang = EN ? "en" : "tr";
document.title = `MektupX · ${t("title")}`;
label(document);
if (EN) Object.assign($("language"), { href: "?lang=tr", textContent: "Türkçe" });
for (const [id, words] of [["mails", "noMail"], ["tray", "noTray"], ["columns", "nobody"]]) $(id).dataset.empty = t(words);
for (const [index, advance] of ["PT1M", "PT10M", "P1D", "P30D"].entries()) {
  $("jumps").append(el("button", { onclick: () => post("clock", { advance }) }, t("jumps").split(",")[index]));
}
for (const [words, fault] of [["429", { error: 429, retry_after: 5 }], ["403", { error: 403 }], ["500", { error: 500 }],
  [t("timeout"), { error: "timeout" }], [t("lost"), { drop_reply: true }]]) {
  const deed = () => post("faults", { bot: $("fault-bot").value, method: $("fault-method").value, ...fault });
  $("fault-buttons").append(el("button", { onclick: deed }, words));
}
for (const [kind, [name, sample]] of Object.entries(SAMPLES)) {
  const picker = el("input", { type: "file", hidden: "", onchange: ({ target: { files: [file] } }) => file && sendFile(kind, file.name, file) });
  $("kinds").append(el("div.row", { role: "group", "aria-label": t(kind) }, el("span", null, `${SIGNS[kind]} ${t(kind)}`), picker,
    el("button", { onclick: () => picker.click() }, t("choose")), el("button", { onclick: async () => sendFile(kind, name, await sample()) }, t("sample"))));
}
for (const button of document.querySelectorAll("[data-close]")) button.onclick = () => button.closest("dialog").close();
for (const button of document.querySelectorAll(".views button")) button.onclick = () => view(button.dataset.view);

const onSubmit = (id, deed) => { $(id).onsubmit = (event) => { event.preventDefault(); deed(); }; };
onSubmit("travel", async () => {
  if (await travel($("when").value.trim())) $("when").value = "";
});
onSubmit("raw", async () => {
  let update;
  try {
    update = JSON.parse($("raw-json").value);
  } catch (error) {
    return alas(t("notJson") + error.message);
  }
  return (await post("deliver", { bot: $("raw-bot").value, update })) && toast(t("delivered"));
});
onSubmit("person", async () => {
  const { id, ...names } = Object.fromEntries(new FormData($("person")));
  const made = await post("users", { ...names, last_name: names.last_name || undefined, id: Number(id) });
  if (!made) return;
  $("add").close();
  reveal(made.id);
});
watch();
