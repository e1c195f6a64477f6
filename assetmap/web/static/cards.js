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
  // What listens in this list sees `kept`: through it every list there ever was would be held.
  kept.before = kept.made = kept.open = null;
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
  setTimeout(() => {
    const chosen = root.querySelector("article.chosen");
    // Of a card taller than the screen its beginning is what must be seen.
    const tall = (chosen?.offsetHeight ?? 0) > 0.7 * window.innerHeight;
    chosen?.scrollIntoView({ block: tall ? "start" : "center" });
  }, 250);
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
  if (!/^(https:\/\/|tel:|sms:|mailto:|geo:)/i.test(address) && !own(address)) return null;
  const made = element("a", "press", symbol && icon(symbol), text);
  made.href = address;
  made.rel = "noreferrer noopener";
  if (/^https:/i.test(address)) made.target = "_blank";
  if (label) made.setAttribute("aria-label", label);
  return made;
};

// A page of this very server, also where it is served without https.
const own = (address) => address.startsWith(`${window.location.origin}/`);

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
    let one = there;
    if (!there || there.text !== text) {
      one = { text, item: build_line(card, data, tell) };
      // What a person has opened stays open when one word of it changes.
      if (there) one.item.querySelector("details").open = there.item.querySelector("details").open;
    }
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

// A line of at most 130 px on a phone that opens in place to the whole card; one way to get in
// touch and the bookmark stand beside it.
function build_line(card, data, tell) {
  const { words } = data;
  const say = (word, values = {}) => words[word].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const kind = element("span", "mark", icon(card.icon));
  kind.style.background = card.colour;
  kind.style.color = card.ink;
  const asks = card.ask || [];
  const first = element("span", "known", ...known_line(card, asks, words));
  const meta = [card.closed, card.kind_label, card.when, card.way].filter(Boolean).join(" · ");
  const summary = element(
    "summary",
    "",
    kind,
    element("span", "head", element("h3", "", card.name), element("span", "meta", meta), first),
  );
  const fold = element("details", "card", summary);
  // The card is made when it is opened: twenty of them would be most of the page.
  const fill = () => fold.open && fold.children.length === 1 && fold.append(build_card(card, data, say, tell));
  fold.addEventListener("toggle", fill);
  const chosen = data.chosen === card.id;
  if (chosen) fold.open = true;
  const made = element("article", chosen ? "chosen" : "", fold, build_quick(card, data, say, tell));
  return element("li", "", made);
}

const known_line = (card, asks, words) => {
  if (card.differs) return [icon("info"), card.differs];
  const parts = [];
  if (card.court) parts.push(icon("gavel"), words.court, " ");
  if (card.fits?.length) parts.push(icon("check"), card.fits.join(" · "), " ");
  if (asks.length) parts.push(icon("help"), asks[0], asks.length > 1 ? ` +${asks.length - 1}` : "");
  return parts;
};

function build_quick(card, data, say, tell) {
  const row = element("div", "quick");
  // Who cannot call is shown the way there before a number to call.
  const main = data.no_call
    ? [...ways_of(card, data, say), way_there(card, say)].find((way) => way && !way.href.startsWith("tel:"))
    : ways_of(card, data, say)[0];
  if (main) {
    main.classList.add("first");
    main.replaceChildren(main.firstChild);
    row.append(main);
  }
  row.append(save_button(card, say, tell, true));
  return row;
}

const named = (one, label, card) => one && (one.setAttribute("aria-label", `${label}: ${card.name}`), one);

// The ways to get in touch, the best first; who cannot call finds the others first.
function ways_of(card, data, say) {
  const away = (text) => `${text} (${say("opens")})`;
  const site = (word, symbol, address) =>
    address && named(link(say(word), symbol, address), away(say(word)), card);
  const number = dial(card.phone);
  const called = number && named(link(say("call", card), "call", `tel:${number}`), say("call", card), card);
  const text = number && card.text_phone && named(link(say("text"), "sms", `sms:${number}`), say("text"), card);
  const join = site("join", "videocam", card.join);
  const by_phone = dial(card.dial);
  const dialled =
    by_phone && named(link(say("dial"), "dialpad", `tel:${by_phone.replace(/#/g, "%23")}`), `${say("dial")} ${card.dial}`, card);
  const mail = /^[^\s@<>"?&]+@[^\s@<>"?&]+$/.test(card.email || "") && named(link(say("email"), "mail", `mailto:${card.email}`), say("email"), card);
  const web = site("website", "open_in_new", card.website);
  const ways = data.no_call ? [text, join, mail, called, dialled] : [called, text, join, dialled, mail];
  return [...ways, web].filter(Boolean);
}

function way_there(card, say) {
  if (!card.directions) return null;
  const address = directions(card.directions);
  const label = address.startsWith("https") ? `${say("directions")} (${say("opens")})` : say("directions");
  return named(link(say("directions"), "directions", address), label, card);
}

function save_button(card, say, tell, small) {
  const word = card.saved ? "added" : "add";
  const made = button(small ? "" : say(word), card.saved ? "bookmark_added" : "bookmark", () =>
    tell(card.id, card.saved ? "drop" : "add"),
  );
  made.classList.add("save");
  made.setAttribute("aria-pressed", String(Boolean(card.saved)));
  return named(made, say(`${word}_long`), card);
}

function build_card(card, data, say, tell) {
  const { words } = data;
  const kind = element("p", "kind", card.kind_label);
  if (card.guessed) kind.append(" ", element("span", "soft", card.guessed));
  const when = card.when && element("p", "when", element("strong", "", card.when));
  if (when && card.usual) when.append(` · ${card.usual}`);
  const place = [card.way, card.place].filter(Boolean).join(" · ");
  const row = element("div", "actions", ...ways_of(card, data, say));
  row.firstChild?.classList.add("first");
  const there = way_there(card, say);
  if (there) row.append(there);
  if (card.on_map) {
    const map = button(say("map"), "location_on", () => {
      document.querySelector(".st-key-find-map")?.scrollIntoView({ block: "nearest" });
      tell(card.id, "map");
    });
    row.append(named(map, say("map_long"), card));
  }
  row.append(save_button(card, say, tell, false));
  const facts = element("dl");
  for (const [label, text] of card.facts || []) {
    facts.append(element("div", "", element("dt", "", label), element("dd", "", text)));
  }
  const small = [card.run_by, card.source, card.checked].filter(Boolean).join(" · ");
  const list = (title, texts) =>
    texts?.length && element("div", "texts", element("strong", "", title), element("ul", "", ...texts.map((text) => element("li", "", text))));
  return element(
    "div",
    "whole",
    kind,
    when,
    card.intake && element("p", "", card.intake),
    place && element("p", "", place),
    card.dial && element("p", "", `${words.dial}: ${card.dial}`),
    card.email && element("p", "", card.email),
    card.differs && element("p", "differs", icon("info"), card.differs),
    card.fits?.length && element("p", "fits", icon("check"), card.fits.join(" · ")),
    list(words.to_ask, card.ask),
    card.court && element("p", "court", icon("gavel"), words.court),
    list(words.good_to_know, card.know),
    row,
    card.description && element("p", "", card.description),
    card.visit && element("p", "", card.visit),
    list(words.notes, card.notes),
    facts.children.length && facts,
    small && element("p", "small", small),
    build_links(card, say),
  );
}

function build_links(card, say) {
  const made = element("div", "links");
  const add = (one, label) => {
    if (!one) return;
    one.className = "wrong";
    one.setAttribute("aria-label", `${label}: ${card.name}`);
    made.append(one);
  };
  add(link(say("details"), "", new URL(`at/${encodeURIComponent(card.id)}`, document.baseURI).href, ""), say("details"));
  const told = element("output", "");
  told.setAttribute("aria-live", "polite");
  const share = element("button", "", say("share"));
  share.type = "button";
  share.addEventListener("click", () =>
    hand_on(`card=${encodeURIComponent(card.id)}`, told, say("copied")),
  );
  add(share, say("share"));
  if (/^(mailto:|suggest\/)/i.test(card.problem_url || "")) {
    // Our own form counts from the page's base path, a mail link stays as it is, anything else
    // is no link.
    const wrong = new URL(card.problem_url, document.baseURI).href;
    add(link(say("wrong"), "", wrong), say("wrong"));
  }
  made.append(told);
  return made;
}
