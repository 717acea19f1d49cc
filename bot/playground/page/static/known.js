// What is known of this Telegram, as the server told it last.

export const bots = new Map(), people = new Map(), chats = new Map(), columns = new Map();
export const messages = new Map(); // key of a chat -> its messages by number
export const hidden = new Set(); // columns that were put away
export const state = { mark: "", now: 0, active: null };

export const messagesOf = (key) => messages.get(key) || messages.set(key, new Map()).get(key);
export const groupsOf = (person) => [...chats.values()].filter((chat) => !chat.bot && person in chat.members);

/** Where a person is played: a member of a group in the group's column, anybody else in one of their own. */
export const homeOf = (person) => groupsOf(person)[0]?.key ?? person;
