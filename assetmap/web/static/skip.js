// Past the map in one step: its many marks are no way for who walks by keyboard.
export default function ({ data, parentElement }) {
  const press = parentElement.querySelector("button");
  press.textContent = data.text;
  press.hidden = false; // until it has a name there is nothing to press
  press.onclick = () => {
    const after = document.querySelector(`.st-key-${data.to}`);
    if (!after) return;
    after.tabIndex = -1;
    after.focus();
  };
}
