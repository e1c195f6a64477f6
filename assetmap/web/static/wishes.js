// What people say, offered while they type. The list is the same for everybody and is fetched whole
// when the box is entered: nothing that is typed leaves the page.
const offer = (box, list) =>
  box.addEventListener(
    "focus",
    async () => {
      try {
        const lines = await (await fetch(list.dataset.from)).json();
        list.replaceChildren(
          ...lines.map(([phrase, means]) =>
            Object.assign(document.createElement("option"), { value: phrase, label: means || phrase }),
          ),
        );
      } catch {
        // The box works without.
      }
    },
    { once: true },
  );

// Beside a form that is in the page itself; the app's own form calls `offer`.
for (const list of document.querySelectorAll("datalist#wishes"))
  offer(list.parentElement.querySelector("[name=q]"), list);
