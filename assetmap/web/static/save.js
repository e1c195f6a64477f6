// Files that the browser itself makes of what the page holds: no server keeps them at an address.
export default function ({ data, parentElement }) {
  const box = parentElement.querySelector(".share");
  const presses = data.files.map(({ label, name, type, text }) => {
    const press = document.createElement("button");
    press.type = "button";
    press.textContent = label;
    press.onclick = () => {
      const made = document.createElement("a");
      made.href = URL.createObjectURL(new Blob([text], { type }));
      made.download = name;
      made.click();
      setTimeout(() => URL.revokeObjectURL(made.href), 10000);
    };
    return press;
  });
  box.replaceChildren(...presses);
}
