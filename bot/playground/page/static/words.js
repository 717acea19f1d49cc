// Every sentence of the page, in Turkish and in English.

export const EN = new URLSearchParams(location.search).get("lang") === "en";
const WORDS = { // Turkish|English
  title: "deneme alanı|playground", people: "Kişiler|People", office: "Postane|Post office", chats: "Sohbetler|Chats",
  time: "Zaman|Time", go: "Git|Go", when: "Gidilecek an ya da süre|Moment or duration to travel",
  jumps: "+1 dk,+10 dk,+1 gün,+30 gün|+1 min,+10 min,+1 day,+30 days",
  mail: "Posta kutusu|Mailbox", noMail: "Henüz e-posta yok.|No mail yet.", readMail: "İletiyi oku|Read the mail",
  useCode: "Kodu sohbete yaz|Write the code into the chat", tray: "Baskı tepsisi|Print tray",
  noTray: "Tepside mektup yok.|No letter in the tray.", pages: "sayfa|page(s)", open: "Aç|Open", sealed: "mühürlü|sealed",
  faults: "Aksaklık çıkar|Cause a fault",
  bot: "Bot|Bot", method: "Çağrı|Method", timeout: "Zaman aşımı|Timeout", lost: "Kayıp yanıt|Lost reply",
  raw: "Ham güncelleme gönder|Deliver a raw update", delivered: "Güncelleme gönderildi.|Update delivered.",
  notJson: "Bu JSON değil. |This is not JSON. ", addPerson: "Kişi ekle|Add a person", firstName: "Ad|First name",
  lastName: "Soyad|Last name", id: "Numara (id)|Number (id)", speaks: "Telegram dili|Telegram language",
  cancel: "Vazgeç|Cancel", ok: "Tamam|OK", close: "Kapat|Close", hide: "Sütunu gizle|Hide column",
  nobody: "Burada bir Telegram var, ama henüz kimse yok.|Here is a Telegram, but nobody is in it yet.",
  topics: "Konular|Topics", allTopics: "Hepsi|All", general: "Genel|General", closed: "kapalı|closed", empty: "Burada henüz mesaj yok.|No messages here yet.",
  start: "Başlat|Start", write: "Mesaj yazın|Write a message", send: "Gönder|Send", commands: "Komutlar|Commands",
  edit: "Düzenle|Edit", edited: "düzenlendi|edited", editing: "Mesajı düzenliyorsunuz|You are editing a message",
  block: "Engelle|Block", unblock: "Engeli kaldır|Unblock", isBlocked: "Bu botu engellediniz.|You have blocked this bot.",
  attach: "Dosya gönder|Send a file", photo: "Fotoğraf|Photo", document: "Belge|Document", voice: "Ses kaydı|Voice message",
  sticker: "Çıkartma|Sticker", choose: "Dosya seç|Choose", sample: "Örnek|Sample", copied: "Kopyalandı: |Copied: ",
  offline: "Deneme alanına ulaşılamıyor.|The playground cannot be reached.", gone: "Bu bağlantı açılamaz.|This link cannot be opened.",
  playing: "Kim olarak|Playing as", unread: "okunmamış|unread", reply: "Yanıtla|Reply", replying: "Yanıtlıyorsunuz: |You are replying to: ",
  isClosed: "Bu konu kapalı; yalnızca grup yöneticileri yazabilir.|This topic is closed; only the group's admins can write here.",
  unheard: "Botlar görmez|No bot sees this", privacy: "Gizlilik modundaki bir bot grupta yalnızca komutları ve kendisine verilen yanıtları görür.|In a group, a bot in privacy mode sees only commands and replies to it.",
  creator: "grubun sahibi|owner", administrator: "grup yöneticisi|group admin", member: "üye|member",
  forum_topic_created: "konu açıldı|topic opened", forum_topic_edited: "konunun adı değişti|topic renamed",
  forum_topic_closed: "konu kapandı|topic closed", forum_topic_reopened: "konu yeniden açıldı|topic reopened",
};
export const t = (name) => WORDS[name].split("|")[Number(EN)];
