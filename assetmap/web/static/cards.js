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
  const sections = data.sections.map((section) => build_section(section, data, tell, root.made, made));
  // Cards that did not change stay the very same elements: they keep the keyboard's focus.
  root.replaceChildren(...sections);
  root.made = made;
  if (data.more) {
    const more = button(data.words.more, "", () => tell(null, "more"));
    more.classList.add("more");
    root.append(more);
  }
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

function build_section(section, data, tell, before, made) {
  const list = element("ul");
  for (const card of section.cards) {
    const text = JSON.stringify([card, data.chosen === card.id, data.words]);
    const there = before.get(card.id);
    const one = there && there.text === text ? there : { text, item: build_card(card, data, tell) };
    made.set(card.id, one);
    list.append(one.item);
  }
  const title = section.title && element("h2", "", section.title);
  const note = section.note && element("p", "note", section.note);
  if (!section.folded) return element("section", "", title, note, list);
  const fold = element("details", "", element("summary", "", title || "…"), note, list);
  return element("section", "", fold);
}

function build_card(card, data, tell) {
  const { words } = data;
  const say = (word, values = {}) => words[word].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const kind = element("p", "kind", icon(card.icon), card.kind_label);
  kind.firstChild.style.background = card.colour;
  kind.firstChild.style.color = card.ink;
  const when = [card.when, card.distance].filter(Boolean);
  const asks = (card.ask || []).join(" · ");
  const small = [card.who, card.checked].filter(Boolean).join(" · ");
  const made = element(
    "article",
    "",
    card.differs && element("p", "differs", icon("info"), card.differs),
    element("h3", "", card.name),
    kind,
    ...when.map((text, place) => element("p", place || !card.when ? "" : "when", text)),
    card.fits?.length && element("p", "fits", icon("check"), card.fits.join(" · ")),
    asks && element("p", "ask", icon("help"), `${words.ask} ${asks}`),
    card.court && element("p", "court", icon("gavel"), words.court),
    card.expect && element("p", "", card.expect),
    build_actions(card, say, tell),
    small && element("p", "small", small),
    card.problem_url && build_problem(card, words),
  );
  if (data.chosen === card.id) made.classList.add("chosen");
  return element("li", "", made);
}

function build_actions(card, say, tell) {
  const away = (text) => `${text} (${say("opens")})`;
  const row = element("div", "actions");
  const add = (one, first) => one && (row.append(one), first && one.classList.add("first"));
  const number = dial(card.phone);
  if (number) add(link(say("call", card), "call", `tel:${number}`), true);
  if (number && card.text_phone) add(link(say("text"), "sms", `sms:${number}`));
  if (card.directions) {
    const address = directions(card.directions);
    const label = address.startsWith("https") ? away(say("directions")) : "";
    add(link(say("directions"), "directions", address, label));
  }
  if (card.join) add(link(say("join"), "videocam", card.join, away(say("join"))), !number);
  if (card.website) add(link(say("website"), "open_in_new", card.website, away(say("website"))));
  if (card.on_map) add(button(say("map"), "location_on", () => tell(card.id, "map")));
  const listed = button(say(card.saved ? "added" : "add"), card.saved ? "check" : "playlist_add", () =>
    tell(card.id, card.saved ? "drop" : "add"),
  );
  add(listed);
  for (const one of row.children)
    if (!one.hasAttribute("aria-label")) one.setAttribute("aria-label", `${one.lastChild.textContent}: ${card.name}`);
    else one.setAttribute("aria-label", `${one.getAttribute("aria-label")}: ${card.name}`);
  return row;
}

function build_problem(card, words) {
  const made = link(words.wrong, "", card.problem_url);
  if (made) made.className = "wrong";
  return made;
}
