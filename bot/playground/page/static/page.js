// The playground's page: shows what happens in this Telegram, lets people write, tap, travel in time, break things.

import { EN, t } from "./words.js";
import { $, alas, clock, copy, day, el, label, outside, post, time, toast, wire } from "./tools.js";
import { bots, chats, columns, hidden, homeOf, messages, messagesOf, people, state } from "./known.js";
import { SIGNS, pagesAt, picture } from "./said.js";
import { Column, avatar } from "./column.js";

let looking = Promise.resolve(), wanted = null, sheets = 0, unseen = 0, online = true;

/** One look at a time; who asks while one is under way gets another right after it. */
function look() {
  looking = looking.then(async () => {
    const answer = await fetch(`/playground/page/news?since=${state.mark}`).catch(() => null);
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
  state.mark = news.mark;
  state.now = news.now;
  $("now").replaceChildren(el("b", null, time(state.now, { timeStyle: "medium" })), day(state.now));
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
  if (news.people || news.chats || news.fresh) showPeople();
  for (const column of columns.values()) {
    if (news.chats || news.people) column.frame();
    if (news.bots && !news.fresh) column.offer();
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
  const homes = [...new Set([...people.keys()].map(homeOf))];
  for (const [id, column] of columns) if (!homes.includes(id)) column.root.remove(), columns.delete(id); // moved into a group
  for (const id of homes) if (!hidden.has(id) && !columns.has(id)) columns.set(id, new Column(id, { activate, conceal }));
  const chips = [...people.values()].map((person) => el("button.chip", {
    "aria-pressed": !hidden.has(homeOf(person.id)), onclick: () => reveal(person.id),
  }, avatar(person), el("bdi", null, person.first_name)));
  $("people").replaceChildren(...chips, el("button.chip.plus", { onclick: askPerson }, `+ ${t("addPerson")}`));
  const column = columns.get(homeOf(wanted));
  if (column) {
    if (column.me !== wanted) column.play(wanted);
    activate(column.id);
    column.input.focus();
    wanted = null;
  }
  if (!columns.has(state.active)) activate([...columns.keys()][0]);
}

function activate(id) {
  state.active = id;
  for (const [number, column] of columns) column.root.classList.toggle("active", number === id);
}

function reveal(person) {
  hidden.delete(homeOf(person));
  view("chats");
  wanted = person;
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
  let free = 1001;
  while (people.has(free)) free += 1;
  $("person").elements.id.value = free;
  $("add").showModal();
}

// Files
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
  const column = columns.get(state.active), caption = column.input.value.trim(), reader = new FileReader();
  reader.onload = async () => {
    const base64 = reader.result.split(",")[1] || "";
    if (await column.act("file", { kind, name, base64, caption, ...column.where() })) column.aim(), column.fill("");
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
  const column = [...columns.values()].find(wrote) || columns.get(state.active);
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
  $("tray").replaceChildren(...found.map(({ name, number, pages, sealed }) => {
    const address = `/playground/tray/${name}`;
    if (sealed) return el("article.sheet", null, el("p", null, el("b", null, number), el("small", null, `${pages || "…"} ${t("pages")} · ${t("sealed")}`)));
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
wire.look = look;
watch();
