// The phone's own place, rounded to about 500 m before it leaves the browser.
const STEP = 0.005;
const round = (degrees) => Math.round(degrees / STEP) * STEP;

export default function ({ data, parentElement, setTriggerValue }) {
  const press = parentElement.querySelector("button");
  const told = parentElement.querySelector("output");
  const icon = document.createElement("span");
  icon.className = "icon";
  icon.textContent = "my_location";
  icon.translate = false;
  icon.setAttribute("aria-hidden", "true");
  press.replaceChildren(icon);
  press.setAttribute("aria-label", data.label);
  press.title = data.label;
  press.hidden = false; // until it has a name there is nothing to press
  press.onclick = () => {
    if (!navigator.geolocation) {
      told.textContent = data.failed;
      return;
    }
    told.textContent = data.waiting;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        told.textContent = "";
        const lat = round(coords.latitude).toFixed(3);
        const lon = round(coords.longitude).toFixed(3);
        setTriggerValue("place", `${lat},${lon}`);
      },
      () => {
        told.textContent = data.failed;
      },
      { maximumAge: 600000, timeout: 15000 },
    );
  };
}
