// The result list as one component: cards built with textContent only, so that no word of the
// data can become markup. Links act by themselves, in the browser; only what the page has to
// know of (my list, show on the map, show more) goes to the server.
export default function ({ data, parentElement, setTriggerValue }) {
  let root = parentElement.querySelector(".cards");
  if (!root) {
    root = document.createElement("div");
    root.className = "cards";
    root.made = new Map();
    parentElement.append(root);
  }
  const tell = (asset, action) => setTriggerValue("action", { asset, action });
  const made = new Map();
  const folds = [...root.querySelectorAll("details[open]")];
  const kept = { before: root.made, made, open: new Set(folds.map((fold) => fold.dataset.key)) };
  const sections = data.sections.map((section) => build_section(section, data, tell, kept));
  // Cards that did not change stay the very same elements: they keep the keyboard's focus.
  root.replaceChildren(...sections);
  root.made = made;
  show_chosen(root, data.reveal || 0);
  if (data.more) {
    const more = button(data.words.more, "", () => tell(null, "more"));
    more.classList.add("more");
    root.append(more);
  }
}

// A card chosen on the map comes into sight, once a choice.
function show_chosen(root, reveal) {
  const before = root.revealed ?? 0;
  root.revealed = reveal;
  if (before === reveal || !reveal) return;
  // Once the page around the list has its height too.
  setTimeout(() => root.querySelector("article.chosen")?.scrollIntoView({ block: "center" }), 250);
}

const element = (tag, className, ...inside) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...inside.filter(Boolean)); // text becomes text nodes, never markup
  return made;
};

const icon = (name) => {
  const made = element("span", "icon", name);
  made.setAttribute("aria-hidden", "true");
  made.translate = false; // the letters are the icon's name; a browser's translator must not touch them
  return made;
};

const button = (text, symbol, act) => {
  const made = element("button", "press", symbol && icon(symbol), text);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
};

// https, phone, text message, mail and map links; anything else gives no link at all.
const link = (text, symbol, address, label) => {
  if (!/^(https:\/\/|tel:|sms:|mailto:|geo:)/i.test(address)) return null;
  const made = element("a", "press", symbol && icon(symbol), text);
  made.href = address;
  made.rel = "noreferrer noopener";
  if (/^https:/i.test(address)) made.target = "_blank";
  if (label) made.setAttribute("aria-label", label);
  return made;
};

// A phone with Android opens its own map; elsewhere a site the person chooses to open.
const directions = ([lat, lon]) =>
  /Android/.test(navigator.userAgent)
    ? `geo:${lat},${lon}?q=${lat},${lon}`
    : `https://www.openstreetmap.org/directions?to=${lat}%2C${lon}`;

// What a phone can dial, or nothing when the text holds no number.
const dial = (phone) => {
  const number = (phone || "").replace(/[^\d+,;*#]/g, "");
  return /\d{3}/.test(number) ? number : "";
};

function build_section(section, data, tell, { open, before, made }) {
  const list = element("ul");
  for (const card of section.cards) {
    const text = JSON.stringify([card, data.chosen === card.id, data.no_call, data.words]);
    const there = before.get(card.id);
    const one = there && there.text === text ? there : { text, item: build_card(card, data, tell) };
    made.set(card.id, one);
    list.append(one.item);
  }
  const title = section.title && element("h2", "", section.title);
  const note = section.note && element("p", "note", section.note);
  const more = section.more && button(section.more, "expand_more", () => tell(section.key, "more"));
  if (more) more.classList.add("more");
  if (!section.folded) return element("section", "", title, note, list, more);
  const fold = element("details", "", element("summary", "", title || "…"), note, list, more);
  fold.dataset.key = section.key;
  fold.open = open.has(section.key);
  return element("section", "", fold);
}

function build_card(card, data, tell) {
  const { words } = data;
  const say = (word, values = {}) => words[word].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const label = element("span", "", card.kind_label);
  if (card.guessed) label.append(" ", element("span", "soft", card.guessed));
  const kind = element("p", "kind", icon(card.icon), label);
  kind.firstChild.style.background = card.colour;
  kind.firstChild.style.color = card.ink;
  const when = card.when && element("p", "when", element("strong", "", card.when));
  if (when && card.usual) when.append(` · ${card.usual}`);
  const small = [card.who, card.checked].filter(Boolean).join(" · ");
  const asks = (card.ask || []).join(" · ");
  const made = element(
    "article",
    "",
    card.differs && element("p", "differs", icon("info"), card.differs),
    element("h3", "", card.name),
    kind,
    when,
    card.distance && element("p", "", card.distance),
    card.fits?.length && element("p", "fits", icon("check"), card.fits.join(" · ")),
    asks && element("p", "ask", icon("help"), `${words.ask} ${asks}`),
    card.court && element("p", "court", icon("gavel"), words.court),
    card.know && element("p", "know", icon("info"), card.know),
    build_actions(card, data, say, tell),
    card.expect && element("p", "", card.expect),
    small && element("p", "small", small),
    build_links(card, say),
  );
  if (data.chosen === card.id) made.classList.add("chosen");
  return element("li", "", made);
}

function build_actions(card, data, say, tell) {
  const away = (text) => `${text} (${say("opens")})`;
  const row = element("div", "actions");
  const named = (one, label) => one && (one.setAttribute("aria-label", `${label}: ${card.name}`), one);
  const site = (word, symbol, address) => named(link(say(word), symbol, address), away(say(word)));
  const number = dial(card.phone);
  const called = number && named(link(say("call", card), "call", `tel:${number}`), say("call", card));
  const text = number && card.text_phone && named(link(say("text"), "sms", `sms:${number}`), say("text"));
  const join = card.join && site("join", "videocam", card.join);
  let to = "";
  if (card.directions) {
    const address = directions(card.directions);
    to = named(
      link(say("directions"), "directions", address),
      address.startsWith("https") ? away(say("directions")) : say("directions"),
    );
  }
  // A website is a way in only where there is no better one; else it stands in the small print.
  const web = leads(card) || !card.website ? null : site("website", "open_in_new", card.website);
  const map =
    card.on_map &&
    button(say("map"), "location_on", () => {
      document.querySelector(".st-key-find-map")?.scrollIntoView({ block: "nearest" });
      tell(card.id, "map");
    });
  if (map) named(map, say("map_long"));
  const add = button(say(card.saved ? "added" : "add"), card.saved ? "bookmark_added" : "bookmark", () =>
    tell(card.id, card.saved ? "drop" : "add"),
  );
  named(add, say(card.saved ? "added_long" : "add_long"));
  // Who cannot call finds the other ways first.
  const ways = data.no_call ? [text, join, called] : [called, text, join];
  row.append(...[...ways, web, to, map, add].filter(Boolean));
  const main = (data.no_call ? text || join : called || join) || web;
  if (main) main.classList.add("first");
  return row;
}

const leads = (card) => Boolean(dial(card.phone) || card.join);

function build_links(card, say) {
  const made = element("div", "links");
  const add = (one, label) => {
    if (!one) return;
    one.className = "wrong";
    one.setAttribute("aria-label", `${label}: ${card.name}`);
    made.append(one);
  };
  const { website, problem_url } = card;
  if (website && leads(card)) add(link(say("website"), "", website), `${say("website")} (${say("opens")})`);
  const told = element("output", "");
  told.setAttribute("aria-live", "polite");
  const share = element("button", "", say("share"));
  share.type = "button";
  share.addEventListener("click", () =>
    hand_on(`card=${encodeURIComponent(card.id)}`, told, say("copied")),
  );
  add(share, say("share"));
  if (problem_url) add(link(say("wrong"), "", problem_url), say("wrong"));
  made.append(told);
  return made;
}
