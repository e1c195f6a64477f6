// The map is asked for once the list is there and can be used: its frame takes a phone's processor
// for seconds.
const LOOK_MS = 200;
const LATEST_MS = 3000;

export default function ({ setTriggerValue }) {
  const idle = window.requestIdleCallback ?? ((then) => setTimeout(then, LOOK_MS));
  const waiting = setInterval(() => {
    const first = document.querySelector(".st-key-first");
    if (!first || first.closest("[inert]")) return;
    clearInterval(waiting);
    idle(() => setTriggerValue("due", true), { timeout: LATEST_MS });
  }, LOOK_MS);
  return () => clearInterval(waiting);
}
