// A place at the page: one person's chats, or a group in which one plays every member in turn.

import { t } from "./words.js";
import { $, alas, clock, copy, day, el, label, outside, post, safe, toast } from "./tools.js";
import { bots, chats, groupsOf, homeOf, messagesOf, people, state } from "./known.js";
import { fileOf, line, marked } from "./said.js";

const ALL = 0, GENERAL = 1; // in a forum, messages without a topic are in the general one (core.telegram.org/api/forum)
const CHIEFS = ["creator", "administrator"];

export const avatar = (person) => el(`span.avatar.c${person.id % 6}`, { "aria-hidden": true }, [...person.first_name.trim()][0] || "·");
const placeOf = (message) => `${message.chat}#${message.message_thread_id || GENERAL}`;
const badge = (count) => count > 0 && el("b.badge", null, el("span.unseen", null, "·"), String(count), el("span.unseen", null, ` ${t("unread")}`));

/** New children where what they tell has changed; else a finger, or the keyboard, may be on one of them. */
function renew(node, told, make) {
  const words = JSON.stringify(told);
  if (node.dataset.told === words) return;
  const held = [...node.querySelectorAll("button")].indexOf(document.activeElement);
  node.dataset.told = words;
  node.replaceChildren(...make());
  node.querySelectorAll("button")[held]?.focus();
}

export class Column {
  /** id: a person's number, or a group's key. activate: tells the page that somebody works here now. */
  constructor(id, { activate, conceal }) {
    this.id = id;
    this.group = typeof id === "string";
    this.me = this.cast()[0];
    this.nodes = new Map(); // message number -> what shows it
    this.unread = new Map(); // chat and topic -> how many messages
    this.heard = new Set(this.cast().flatMap((one) => this.keys(one)).flatMap((key) => [...messagesOf(key).values()].map((one) => this.mark(one))));
    this.root = $("column").content.firstElementChild.cloneNode(true);
    this.root.classList.toggle("group", this.group);
    label(this.root);
    this.find = (selector) => this.root.querySelector(selector);
    [this.log, this.input, this.menu] = [".log", "textarea", ".commands"].map(this.find);
    this.input.placeholder = t("write");
    this.find("header").prepend(this.group ? el("span.avatar", { "aria-hidden": true }, "#") : avatar(this.person));
    const act = (selector, deed) => { this.find(selector).onclick = deed; };
    act(".hide", () => conceal(id));
    act(".block", () => this.act(this.chat.blocked ? "unblock" : "block"));
    act(".begin button", () => this.say("/start"));
    act(".menu", () => this.offer(this.menu.hidden ? "/" : "", true));
    act(".clip", () => $("attach").showModal());
    act(".aim button", () => this.aim());
    this.log.onscroll = () => { this.low = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 60; };
    this.find(".say").onsubmit = (event) => { event.preventDefault(); this.submit(); };
    this.input.oninput = () => this.offer(this.input.value);
    this.root.onkeydown = (event) => this.key(event);
    this.root.addEventListener("focusin", () => activate(id));
    this.root.onpointerdown = () => activate(id);
    new ResizeObserver(() => this.settle()).observe(this.log);
    $("columns").append(this.root);
    const keys = this.keys();
    this.open(this.group ? keys[0] : keys.find((key) => messagesOf(key).size) || keys[0]);
  }

  get person() { return people.get(this.me); }

  get chat() {
    return chats.get(this.chatKey) || { id: this.me, bot: this.chatKey.split(":")[0], topics: [], members: {} };
  }

  get topic() { return this.chat.topics.find((one) => one.id === this.topicId); }

  /** Who is played here. */
  cast() {
    return this.group ? [...people.keys()].filter((one) => homeOf(one) === this.id) : [this.id];
  }

  /** The chats of one of them, by key: groups first where a group is at home. */
  keys(person = this.me) {
    const groups = groupsOf(person).map((chat) => chat.key), own = [...bots.keys()].map((name) => `${name}:${person}`);
    return this.group ? [...groups, ...own.reverse()] : [...own, ...groups];
  }

  mark(message) { return `${message.chat} ${message.message_id}`; }

  play(person) {
    this.me = person;
    const wanted = this.chat.bot ? `${this.chat.bot}:${person}` : this.chatKey;
    if (wanted !== this.chatKey) return this.open(wanted);
    this.aim();
    return this.draw(); // one's own words stand on the other side
  }

  open(key, topic = ALL) {
    this.chatKey = key;
    this.topicId = topic;
    for (const place of [...this.unread.keys()]) {
      if (place === `${key}#${topic}` || (topic === ALL && place.startsWith(`${key}#`))) this.unread.delete(place);
    }
    this.aim();
    this.draw();
  }

  count(key, topic) {
    const here = ([place]) => (topic ? place === `${key}#${topic}` : place.startsWith(`${key}#`));
    return [...this.unread].filter(here).reduce((sum, [, number]) => sum + number, 0);
  }

  draw() {
    this.nodes.clear();
    this.log.replaceChildren();
    this.day = "";
    this.low = true;
    for (const message of messagesOf(this.chatKey).values()) this.put(message);
    this.frame();
    this.settle();
  }

  /** Everything around the messages: name, people, tabs, topics, keyboard, whether one may write. */
  frame() {
    if (!this.cast().includes(this.me)) this.me = this.cast()[0];
    if (this.topicId > GENERAL && !this.topic) return this.open(this.chatKey); // the topic was deleted
    const { chat, person } = this, all = [...messagesOf(this.chatKey).values()];
    const name = this.group ? chats.get(this.id).title : [person.first_name, person.last_name].filter(Boolean).join(" ");
    this.find(".name").textContent = this.root.ariaLabel = name;
    this.find(".who").textContent = this.group ? this.id : `${this.id} · ${person.language_code || "–"}`;
    this.frameCast();
    this.frameTabs();
    this.frameTopics();
    this.find(".block").textContent = t(chat.blocked ? "unblock" : "block");
    this.find(".block").hidden = !chat.bot;
    const closed = this.topic?.closed && !CHIEFS.includes(chat.members[this.me]); // api/forum: members cannot write there
    this.find(".blocked").textContent = t(closed ? "isClosed" : "isBlocked");
    this.find(".blocked").hidden = !chat.blocked && !closed;
    for (const node of this.root.querySelectorAll(".say button, textarea")) node.disabled = chat.blocked || closed;
    this.find(".begin").hidden = all.length || !chat.bot;
    const brought = messagesOf(this.chatKey).get(chat.keyboard);
    const used = brought?.once && all.some((one) => one.message_id > chat.keyboard && one.from.id === this.me);
    const rows = (!chat.blocked && !used && brought?.buttons) || [], board = this.find(".keys");
    board.hidden = !rows.length;
    return renew(board, [this.chatKey, chat.keyboard, rows], () => this.rows(rows, chat.keyboard));
  }

  frameCast() {
    const facts = this.cast().map((one) => ({
      one, name: people.get(one).first_name, played: one === this.me, rank: chats.get(this.id)?.members[one],
      news: this.keys(one).filter((key) => key.endsWith(`:${one}`) && key !== this.chatKey).reduce((sum, key) => sum + this.count(key), 0),
    }));
    this.find(".cast").hidden = !this.group;
    renew(this.find(".cast"), facts, () => facts.map(({ one, name, played, rank, news }) => el("button.chip", {
      "aria-pressed": played, title: t(rank in { creator: 1, administrator: 1 } ? rank : "member"), onclick: () => this.play(one),
    }, avatar(people.get(one)), el("bdi", null, name), badge(news))));
  }

  frameTabs() {
    const facts = this.keys().map((key) => [key, chats.get(key)?.title || bots.get(key.split(":")[0]).first_name,
      key === this.chatKey, this.count(key)]);
    renew(this.find(".tabs"), facts, () => facts.map(([key, name, shown, news]) => el("button", {
      "aria-pressed": shown, onclick: () => this.open(key),
    }, el("bdi", null, name), badge(shown ? 0 : news))));
  }

  frameTopics() {
    const { chat } = this, list = this.find(".topics");
    const named = [{ id: ALL, name: t("allTopics") }, { id: GENERAL, name: t("general") }, ...chat.topics];
    const facts = named.map((one) => [one, one.id === this.topicId, one.id ? this.count(this.chatKey, one.id) : 0]);
    list.hidden = !chat.forum;
    renew(list, facts, () => facts.map(([{ id, name, closed }, shown, news]) => el("button", {
      "aria-pressed": shown, onclick: () => this.open(this.chatKey, id),
    }, el("bdi", null, name), closed && el("small", null, `🔒 ${t("closed")}`), badge(shown ? 0 : news))));
  }

  hear(message) {
    if (!this.cast().some((one) => this.keys(one).includes(message.chat))) return;
    const fresh = !this.heard.has(this.mark(message)) && !message.deleted, here = message.chat === this.chatKey;
    this.heard.add(this.mark(message));
    if (here) this.put(message);
    if (here && message.from.id === this.me) this.low = true;
    const seen = here && (this.topicId === ALL || placeOf(message) === `${this.chatKey}#${this.topicId}`);
    if (fresh && !seen && message.from.is_bot && !message.service) this.unread.set(placeOf(message), (this.unread.get(placeOf(message)) || 0) + 1);
    this.frame();
    this.settle();
  }

  settle() {
    if (this.low) this.log.scrollTop = this.log.scrollHeight;
  }

  put(message) {
    const old = this.nodes.get(message.message_id), away = this.topicId && (message.message_thread_id || GENERAL) !== this.topicId;
    if (message.deleted || away) return old?.remove();
    const node = message.service ? el("p.day", { dir: "auto" }, `# ${this.topicOf(message)} · ${t(message.service)}`) : this.bubble(message);
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
    const { from, text, contact, date } = message, own = from.id === this.me, group = !this.chat.bot;
    const young = new Date(state.now) - new Date(date) < 48 * 3600e3; // later no client lets one edit
    const quoted = messagesOf(this.chatKey).get(message.reply_to), topic = group && !this.topicId && this.topicOf(message);
    const tool = (words, sign, deed) => el("button.pencil", { "aria-label": t(words), title: t(words), onclick: deed }, sign);
    return el(`article.message.${own ? "own" : "bot"}`, { "data-id": message.message_id }, el("div.bubble", null,
      group && !own && el("bdi.from", null, from.first_name),
      topic && el("small", { dir: "auto" }, `# ${topic}`),
      quoted && el("span.quote", { dir: "auto" }, quoted.deleted ? "…" : quoted.text || "…"),
      ...(message.file ? fileOf(message.file, () => this.settle()) : []),
      contact && line("👤", contact.first_name, contact.phone_number),
      text && el("span.text", { dir: "auto" }, ...marked(text, message.entities, (said) => this.say(said))),
      el("span.foot", null, message.unheard && el("em", { title: t("privacy") }, t("unheard")), message.edited && el("em", null, t("edited")),
        el("time", { datetime: date }, clock(date)), tool("reply", "↩", () => this.aim({ reply: message })),
        own && text && !message.file && young && tool("edit", "✎", () => this.aim({ edit: message })))),
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
    return post(`chats/${id}/${what}`, { user: this.me, bot: bot || undefined, ...more });
  }

  /** Where a message goes: a reply into the topic of what it answers, else into the topic that is open. */
  where() {
    const thread = this.replying ? this.replying.message_thread_id : this.topicId > GENERAL && this.topicId;
    return { message_thread_id: thread || undefined, reply_to: this.replying?.message_id };
  }

  async say(text) {
    const done = await this.act("send", { text, ...this.where() });
    if (done) this.aim();
    return done;
  }

  /** What is written next: an edit, a reply, or just a message. */
  aim({ edit, reply } = {}) {
    if (edit || this.editing) this.fill(edit ? edit.text : "");
    else if (reply) this.input.focus();
    this.editing = edit?.message_id;
    this.replying = reply;
    this.find(".aim").hidden = !edit && !reply;
    this.find(".aim span").textContent = edit ? t("editing") : t("replying") + (reply?.text || "…").slice(0, 80);
  }

  fill(text) {
    this.input.value = text;
    this.input.focus();
  }

  async submit() {
    const text = this.input.value, message_id = this.editing;
    if (!text.trim()) return;
    this.input.value = ""; // at once: what is typed next is the next message
    this.offer("");
    if (message_id) this.aim();
    const done = await (message_id ? this.act("edit", { message_id, text }) : this.say(text));
    if (!done && !this.input.value) this.fill(text);
  }

  key(event) {
    const { key, target } = event, rows = [...this.menu.children], at = rows.indexOf(target);
    const does = (deed) => { event.preventDefault(); deed(); };
    if (key === "Escape") does(() => { this.aim(); this.offer(""); this.input.focus(); });
    else if (/^Arrow(Up|Down)$/.test(key) && !this.menu.hidden && (at >= 0 || target === this.input)) {
      does(() => (rows[at + (key === "ArrowDown" ? 1 : at < 0 ? rows.length : -1)] || this.input).focus());
    } else if (target !== this.input || event.isComposing) return;
    else if (key === "Tab" && !event.shiftKey && !this.menu.hidden) does(() => { this.fill(`${rows[0].dataset.command} `); this.offer(""); });
    else if (key === "Enter" && !event.shiftKey) does(() => this.submit());
  }

  /** The commands of whichever bots are here, as Telegram finds them (api#determining-list-of-commands). */
  commands() {
    const { chat, me } = this, code = (this.person.language_code || "").slice(0, 2), chief = CHIEFS.includes(chat.members[me]);
    const scopes = chat.bot ? [`chat:${chat.id}`, "all_private_chats"]
      : [`chat_member:${chat.id}:${me}`, chief && `chat_administrators:${chat.id}`, `chat:${chat.id}`, chief && "all_chat_administrators", "all_group_chats"];
    const places = [...scopes, "default"].flatMap((scope) => [`${scope} ${code}`, `${scope} `]);
    const here = [...bots.values()].filter((bot) => (chat.bot ? bot.name === chat.bot : bot.id in chat.members));
    return here.flatMap((bot) => (bot.commands[places.find((place) => bot.commands[place])] || []).map(({ command, description }) => (
      { command: `/${command}${here.length > 1 ? `@${bot.username}` : ""}`, description })));
  }

  /** The commands that begin as what was typed; chosen, one is sent as it stands. */
  offer(typed = this.input.value, focus = false) {
    if (this.menu.contains(document.activeElement) && typed === this.input.value) return; // somebody is choosing
    const found = /^\/\S*$/.test(typed) ? this.commands().filter(({ command }) => command.startsWith(typed.toLowerCase())) : [];
    this.menu.replaceChildren(...found.map(({ command, description }) => el("button", {
      type: "button", "data-command": command, onclick: () => { this.offer(""); this.fill(""); this.say(command); },
    }, el("b", null, command), el("span", { dir: "auto" }, description))));
    this.menu.hidden = !found.length;
    this.find(".menu").ariaExpanded = !this.menu.hidden;
    if (focus && found.length) this.menu.firstElementChild.focus();
  }
}
